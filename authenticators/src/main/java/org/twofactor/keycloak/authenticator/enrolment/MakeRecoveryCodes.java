package org.twofactor.keycloak.authenticator.enrolment;

import org.keycloak.authentication.CredentialRegistrator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;

/**
 * Required action "Make new recovery codes". They come with a factor: who has none chooses one first, and gets the codes
 * with it.
 */
final class MakeRecoveryCodes extends EnrolmentAction implements CredentialRegistrator {
    private final ConfigureTwoFactor configure = new ConfigureTwoFactor();

    @Override
    boolean isDone(Visit visit) {
        return enrolment.isDone(visit);
    }

    /** Codes of another day are not new ones. */
    @Override
    boolean isAwaitingCodes(Visit visit) {
        return visit.twoFactorOn() && CodesStep.areMadeHere(visit);
    }

    @Override
    void show(Visit visit) {
        if (visit.twoFactorOn()) {
            codes.show(visit, isAwaitingCodes(visit));
        } else {
            configure.show(visit);
        }
    }

    @Override
    void posted(Visit visit) {
        if (visit.twoFactorOn()) {
            codes.posted(visit, isAwaitingCodes(visit));
        } else {
            configure.posted(visit);
        }
    }

    @Override
    public String getCredentialType(KeycloakSession session, AuthenticationSessionModel authentication) {
        return FactorId.RECOVERY_CODE.credentialType();
    }
}
