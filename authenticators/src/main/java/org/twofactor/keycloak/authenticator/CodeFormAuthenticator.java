package org.twofactor.keycloak.authenticator;

import jakarta.ws.rs.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.authentication.Authenticator;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.code.TypedCode;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.guard.FactorLock;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * A step of a browser flow that asks for a code of one factor. It decides nothing: the engine that REST uses looks at
 * the code, and a {@link FormDoor} says what came of it.
 *
 * <p>It needs no configuration and fails closed: it succeeds with an accepted code and in no other way. It keeps no count
 * of its own, so that back, refresh, a second tab or a new session have nothing to reset.
 */
abstract class CodeFormAuthenticator implements Authenticator {
    /** A type that no credential has. */
    private static final String NOT_ASKED = "two-factor-not-asked";

    abstract FactorId id();

    abstract Factor factor(AuthenticationFlowContext context, Factors factors);

    abstract CodePage page(AuthenticationFlowContext context);

    /** The code was right and is spent. */
    abstract void accepted(AuthenticationFlowContext context, Settings settings);

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        CodePage page = page(context);
        UserModel user = context.getUser();
        Duration wait = factor(context, factors(context)).untilNextGuess(user, now());
        if (wait.isZero()) {
            page.show();
        } else if (FactorLock.locked(user, id())) {
            page.showLocked();
        } else {
            page.showWait(wait);
        }
    }

    @Override
    public final void action(AuthenticationFlowContext context) {
        if (context.getUser() == null) {
            // Deleted while the page was open.
            context.failure(AuthenticationFlowError.UNKNOWN_USER);
        } else if (HttpMethod.POST.equals(context.getHttpRequest().getHttpMethod())) {
            posted(context);
        } else {
            authenticate(context);
        }
    }

    void posted(AuthenticationFlowContext context) {
        CodePage page = page(context);
        Settings settings = settings(context);
        String typed = context.getHttpRequest().getDecodedFormParameters().getFirst(CodePage.FIELD);
        Optional<Secret> code = TypedCode.of(id(), typed);
        if (code.isPresent()) {
            factor(context, factors(context))
                    .verify(context.getUser(), code.get(), now())
                    .through(new FormDoor(context, id(), page, () -> {
                        if (DeviceCondition.wanted(context)) {
                            DeviceCondition.trust(context);
                        }
                        accepted(context, settings);
                    }));
        } else if (TypedCode.isBlank(typed)) {
            page.showMissingCode();
        } else {
            // It can't be a code, so it is no guess.
            page.showWrongCode();
        }
    }

    static Settings settings(AuthenticationFlowContext context) {
        return RealmSettings.of(context.getSession(), context.getRealm());
    }

    static Factors factors(AuthenticationFlowContext context) {
        return new Factors(context.getSession(), settings(context));
    }

    static Instant now() {
        return Instant.ofEpochMilli(Time.currentTimeMillis());
    }

    @Override
    public final boolean requiresUser() {
        return true;
    }

    @Override
    public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
        return new Factors(session, RealmSettings.of(session, realm))
                .asked(user)
                .contains(id());
    }

    /**
     * Keycloak offers a step to whoever holds a credential of its type, and then takes {@link #configuredFor} no for an
     * error. So a factor that the user holds and is not asked for has to be of a type that nobody holds.
     */
    public final String getType(KeycloakSession session) {
        AuthenticationSessionModel authentication = session.getContext().getAuthenticationSession();
        UserModel user = authentication == null ? null : authentication.getAuthenticatedUser();
        return user == null || configuredFor(session, authentication.getRealm(), user)
                ? id().credentialType()
                : NOT_ASKED;
    }

    @Override
    public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
        // Whoever lacks the factor does not pass, unless the step lets users set it up.
    }

    @Override
    public final void close() {
        // Nothing is held.
    }
}
