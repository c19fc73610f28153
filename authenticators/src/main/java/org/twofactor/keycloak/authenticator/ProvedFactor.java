package org.twofactor.keycloak.authenticator;

import java.time.Instant;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.SecondFactorNote;

/** What every flow does once a second factor was given. */
final class ProvedFactor {

    private ProvedFactor() {}

    /** Ends the step with success, and marks what was proved: the level for acr, the factor for amr and the event. */
    static void succeed(AuthenticationFlowContext context, Settings settings, FactorId factor) {
        AuthenticationSessionModel authentication = context.getAuthenticationSession();
        AcrStore levels = new AcrStore(context.getSession(), authentication);
        // A step before this one may have reached more.
        if (levels.getLevelOfAuthenticationFromCurrentAuthentication() < settings.level(factor)) {
            levels.setLevelAuthenticated(settings.level(factor));
        }
        SecondFactorNote.write(authentication, factor, Instant.ofEpochMilli(Time.currentTimeMillis()));
        context.getEvent().detail(Details.CREDENTIAL_TYPE, factor.credentialType());
        context.success(factor.credentialType());
    }
}
