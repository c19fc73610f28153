package org.twofactor.keycloak.authenticator;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Map;
import org.keycloak.OAuthErrorException;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.Verification;
import org.twofactor.keycloak.guard.RetryAfter;
import org.twofactor.keycloak.settings.Settings;

/** What the direct grant says to an inline TOTP. A wrong code reads like a wrong password, as in Keycloak's own step. */
final class DirectGrantDoor implements Verification.Door<Void> {
    private static final RefusalReasons REASONS = RefusalReasons.of(FactorId.TOTP);

    private final AuthenticationFlowContext context;
    private final Settings settings;
    private final UserModel user;

    DirectGrantDoor(AuthenticationFlowContext context, Settings settings, UserModel user) {
        this.context = context;
        this.settings = settings;
        this.user = user;
    }

    @Override
    public Void accepted() {
        ProvedFactor.succeed(context, settings, FactorId.TOTP);
        return null;
    }

    @Override
    public Void rejected() {
        return refuse(REASONS.wrong(), invalidGrant());
    }

    @Override
    public Void throttled(Duration delay) {
        long seconds = RetryAfter.seconds(delay);
        return refuse(
                REASONS.tooMany(),
                Response.status(429)
                        .header(HttpHeaders.RETRY_AFTER, seconds)
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(Map.of(
                                "error",
                                "too_many_requests",
                                "error_description",
                                "Too many guesses. Try again after retryAfter seconds.",
                                "retryAfter",
                                seconds))
                        .build());
    }

    /** What can't be a code is no guess: nothing is looked up and nothing counted. */
    void notACode() {
        refuse(REASONS.wrong(), invalidGrant());
    }

    @Override
    public Void inactive() {
        return refuse(REASONS.inactive(), invalidGrant());
    }

    @Override
    public Void notAllowed() {
        return refuse(RefusalReasons.NOT_ALLOWED, invalidGrant());
    }

    @Override
    public Void barred() {
        return refuse(RefusalReasons.BARRED, invalidGrant());
    }

    @Override
    public Void corrupt() {
        return refuse(
                REASONS.corrupt(),
                json(
                        Response.Status.INTERNAL_SERVER_ERROR,
                        OAuthErrorException.SERVER_ERROR,
                        "The TOTP credential is corrupt"));
    }

    /** The failure was counted by the engine; a challenge, unlike a failure, is not counted once more by the flow. */
    private Void refuse(String reason, Response response) {
        context.getEvent()
                .user(user)
                .detail(Details.CREDENTIAL_TYPE, FactorId.TOTP.credentialType())
                .detail(Details.REASON, reason)
                .error(Errors.INVALID_USER_CREDENTIALS);
        context.forceChallenge(response);
        return null;
    }

    private static Response invalidGrant() {
        return json(Response.Status.BAD_REQUEST, OAuthErrorException.INVALID_GRANT, "Invalid user credentials");
    }

    private static Response json(Response.Status status, String error, String description) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(Map.of("error", error, "error_description", description))
                .build();
    }
}
