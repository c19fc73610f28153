package org.twofactor.keycloak.authenticator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keycloak.OAuth2Constants;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.authentication.Authenticator;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.code.TypedCode;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.PartialTokens;
import org.twofactor.keycloak.token.PartialTokens.PartialToken;
import org.twofactor.keycloak.token.PasswordNote;

/**
 * The second factor of the OIDC direct grant, after the password: for a user with 2FA on, an inline {@code totp} (or
 * {@code otp}) parameter, or the answer {@code mfa_required} with a partial auth token. It needs no configuration.
 *
 * <p>It fails closed: whoever has 2FA on never passes without a code, even where there is none that we could ask for.
 */
final class DirectGrantAuthenticator implements Authenticator {

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        // Here and not at the end: the partial token takes it along, and Keycloak makes the tokens before its event.
        PasswordNote.writeIfDue(context.getAuthenticationSession());
        KeycloakSession session = context.getSession();
        Settings settings = RealmSettings.of(session, context.getRealm());
        Factors factors = new Factors(session, settings);
        UserModel user = context.getUser();
        if (!factors.twoFactorOn(user)) {
            context.success();
            return;
        }
        Instant now = Instant.ofEpochMilli(Time.currentTimeMillis());
        Optional<String> inline = inlineTotp(context);
        if (inline.isPresent()) {
            DirectGrantDoor door = new DirectGrantDoor(context, settings, user);
            TypedCode.of(FactorId.TOTP, inline.get())
                    .ifPresentOrElse(
                            code -> factors.totp().verify(user, code, now).through(door), door::notACode);
        } else {
            context.challenge(mfaRequired(context, settings, factors.usable(user), now));
        }
    }

    private static Optional<String> inlineTotp(AuthenticationFlowContext context) {
        MultivaluedMap<String, String> form = context.getHttpRequest().getDecodedFormParameters();
        String code = form.containsKey("totp") ? form.getFirst("totp") : form.getFirst("otp");
        return Optional.ofNullable(code);
    }

    private static Response mfaRequired(
            AuthenticationFlowContext context, Settings settings, List<FactorId> methods, Instant now) {
        var authentication = context.getAuthenticationSession();
        PartialToken due = new PartialToken(
                context.getUser(),
                authentication.getClient(),
                authentication.getClientNote(OAuth2Constants.SCOPE),
                Map.copyOf(authentication.getUserSessionNotes()));
        Secret handle = new PartialTokens(context.getSession()).issue(due, settings.partialLifespan(), now);
        // A right password is neither a log-in nor a failure: no event of Keycloak's own would tell of it.
        context.getEvent().clone().user(context.getUser()).error("mfa_required");
        return Response.status(Response.Status.BAD_REQUEST)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new MfaRequired(
                        "mfa_required",
                        "A second factor is required: redeem the partial_auth_token with one of the methods.",
                        handle.reveal(),
                        methods.stream().map(FactorId::wireName).toList(),
                        settings.partialLifespan().toSeconds()))
                .build();
    }

    /** The answer of the token endpoint to a right password of a user with 2FA on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record MfaRequired(
            @JsonProperty("error") String error,
            @JsonProperty("error_description") String description,
            @JsonProperty("partial_auth_token") String partialAuthToken,
            @JsonProperty("methods") List<String> methods,
            @JsonProperty("expires_in") long expiresIn) {

        @Override
        public String toString() {
            return "[mfa_required]";
        }
    }

    @Override
    public void action(AuthenticationFlowContext context) {
        context.failure(AuthenticationFlowError.INTERNAL_ERROR);
    }

    @Override
    public boolean requiresUser() {
        return true;
    }

    /** Always: whether the user has 2FA on is decided here, not by leaving the step out. */
    @Override
    public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
        return true;
    }

    @Override
    public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
        // A direct grant has no page to enrol on.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
