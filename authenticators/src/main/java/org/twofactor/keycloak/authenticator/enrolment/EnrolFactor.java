package org.twofactor.keycloak.authenticator.enrolment;

import org.keycloak.authentication.CredentialRegistrator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;

/** Required action that enrols one factor, anew if the user has it already: the old one goes when the new one is on. */
final class EnrolFactor extends EnrolmentAction implements CredentialRegistrator {
    private final FactorId factor;
    private final EnrolStep step;

    EnrolFactor(FactorId factor, EnrolStep step) {
        this.factor = factor;
        this.step = step;
    }

    @Override
    boolean isDone(Visit visit) {
        return enrolment.isDone(visit);
    }

    @Override
    boolean isAwaitingCodes(Visit visit) {
        return FactorEnrolment.isEnrolled(visit);
    }

    @Override
    void show(Visit visit) {
        enrolment.show(visit, step);
    }

    @Override
    void posted(Visit visit) {
        enrolment.posted(visit, step);
    }

    /** A flow with levels of authentication asks for the level of this credential first, as for Keycloak's own. */
    @Override
    public String getCredentialType(KeycloakSession session, AuthenticationSessionModel authentication) {
        return factor.credentialType();
    }
}
