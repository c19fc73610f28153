package org.twofactor.keycloak.authenticator;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.SecondFactorNote;

/** What every flow does once a second factor was given. */
final class ProvedFactor {

    private ProvedFactor() {}

    /** Ends the step with success, and marks what was proved: the level for acr, the factor for amr. */
    static void succeed(AuthenticationFlowContext context, Settings settings, FactorId factor) {
        AuthenticationSessionModel authentication = context.getAuthenticationSession();
        AcrStore levels = new AcrStore(context.getSession(), authentication);
        // A step before this one may have reached more.
        if (levels.getLevelOfAuthenticationFromCurrentAuthentication() < settings.level(factor)) {
            levels.setLevelAuthenticated(settings.level(factor));
        }
        SecondFactorNote.write(authentication, factor);
        context.success(factor.credentialType());
    }
}
