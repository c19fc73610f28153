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

    @Override
    void show(Visit visit) {
        if (visit.twoFactorOn()) {
            codes.show(visit);
        } else {
            configure.show(visit);
        }
    }

    @Override
    void posted(Visit visit) {
        if (visit.twoFactorOn()) {
            codes.posted(visit);
        } else {
            configure.posted(visit);
        }
    }

    @Override
    public String getCredentialType(KeycloakSession session, AuthenticationSessionModel authentication) {
        return FactorId.RECOVERY_CODE.credentialType();
    }
}
