package org.twofactor.keycloak.authenticator;

import java.time.Instant;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.models.KeycloakSession;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.PresenceNote;
import org.twofactor.keycloak.token.SecondFactorNote;

/** What every door for browsers does once a second factor was given. */
public final class ProvedFactor {

    private ProvedFactor() {}

    /** Ends the step of a flow with success, and marks what was proved, in the event too. */
    static void succeed(AuthenticationFlowContext context, Settings settings, FactorId factor) {
        mark(context.getSession(), context.getAuthenticationSession(), settings, factor);
        end(context, factor);
    }

    /** The same for a code that proves no factor of the user's: it lets them in, and change no factor of theirs. */
    static void succeedWithoutEnrolment(AuthenticationFlowContext context, Settings settings, FactorId factor) {
        markLogIn(context.getSession(), context.getAuthenticationSession(), settings, factor);
        end(context, factor);
    }

    private static void end(AuthenticationFlowContext context, FactorId factor) {
        context.getEvent().detail(Details.CREDENTIAL_TYPE, factor.credentialType());
        context.success(factor.credentialType());
    }

    /** Marks what was proved: the level for acr, the factor for amr, and that the user is present. */
    public static void mark(
            KeycloakSession session, AuthenticationSessionModel authentication, Settings settings, FactorId factor) {
        markLogIn(session, authentication, settings, factor);
        PresenceNote.write(authentication, Instant.ofEpochMilli(Time.currentTimeMillis()));
    }

    private static void markLogIn(
            KeycloakSession session, AuthenticationSessionModel authentication, Settings settings, FactorId factor) {
        AcrStore levels = new AcrStore(session, authentication);
        // A step before this one may have reached more.
        if (levels.getLevelOfAuthenticationFromCurrentAuthentication() < settings.level(factor)) {
            levels.setLevelAuthenticated(settings.level(factor));
        }
        SecondFactorNote.write(authentication, factor);
    }
}
