package org.twofactor.keycloak.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.factor.EmailOtp;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.RecoveryCodes;
import org.twofactor.keycloak.mail.MaskedAddress;
import org.twofactor.keycloak.rest.CallerCheck.Access;

/** {@code /realms/{realm}/user}: row 1 of the contract, the resources below it, and the OpenAPI document. */
public final class UserResource extends UnmatchedPaths {

    UserResource(KeycloakSession session) {
        super(session);
    }

    @GET
    @Path("2fa")
    public Response activeMethods() {
        Operation operation = Operation.reading(session);
        return operation.answer(Access.READ, Caller.class, null, (caller, body) -> {
            UserModel user = caller.user();
            RecoveryCodes codes = operation.factors().recoveryCodes();
            Map<String, Object> methods = new LinkedHashMap<>();
            methods.put("enabled", operation.factors().twoFactorOn(user));
            EmailOtp emailOtp = operation.factors().emailOtp();
            methods.put(
                    "emailOtp",
                    emailOtp.address(user)
                            .map(address -> caller instanceof Caller.Partial ? MaskedAddress.of(address) : address)
                            .flatMap(address -> completed(emailOtp, user).map(it -> with(it, "email", address)))
                            .orElse(null));
            methods.put("totp", completed(operation.factors().totp(), user).orElse(null));
            methods.put(
                    "recoveryCodes",
                    completed(codes, user)
                            .map(it -> with(it, "remaining", codes.remaining(user)))
                            .orElse(null));
            return Answer.json(methods);
        });
    }

    @Path("2fa/email-otp")
    public EmailOtpResource emailOtp() {
        return new EmailOtpResource(session);
    }

    @Path("2fa/totp")
    public TotpResource totp() {
        return new TotpResource(session);
    }

    @Path("2fa/recovery-code")
    public RecoveryCodeResource recoveryCode() {
        return new RecoveryCodeResource(session);
    }

    @Path("email")
    public EmailResource email() {
        return new EmailResource(session);
    }

    @Path("password")
    public PasswordResource password() {
        return new PasswordResource(session);
    }

    /** The contract of all three mounts, for every reader: it holds no secret. */
    @GET
    @Path("openapi.json")
    public Response openApi() {
        return Response.ok(ApiDocument.json(), MediaType.APPLICATION_JSON_TYPE)
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .header("Access-Control-Allow-Origin", "*")
                .build();
    }

    private static Optional<Map<String, Object>> completed(Factor factor, UserModel user) {
        return factor.isActive(user)
                ? Optional.of(Map.of(
                        "completedAt",
                        factor.completedAt(user)
                                .orElse(Instant.EPOCH)
                                .truncatedTo(ChronoUnit.MILLIS)
                                .toString()))
                : Optional.empty();
    }

    private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return more;
    }
}
