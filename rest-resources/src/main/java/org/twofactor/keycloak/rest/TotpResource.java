package org.twofactor.keycloak.rest;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.TypedCode;
import org.twofactor.keycloak.factor.Totp;
import org.twofactor.keycloak.factor.TotpSetUp;
import org.twofactor.keycloak.rest.CallerCheck.Access;
import org.twofactor.keycloak.rest.FactorDoor.FactorErrors;

/** {@code /user/2fa/totp}: rows 8 to 12 of the contract. */
public final class TotpResource extends UnmatchedPaths {
    TotpResource(KeycloakSession session) {
        super(session);
    }

    @POST
    @Path("setup")
    public Response setUp(InputStream in) {
        Operation operation = operation(EventType.CUSTOM_REQUIRED_ACTION, "totp-setup");
        return operation.answer(Access.SUDO, Caller.Present.class, in, (caller, body) -> {
            if (!operation.settings().allows(FactorId.TOTP)) {
                return Answer.refusal(RestError.FACTOR_NOT_ALLOWED);
            }
            TotpSetUp setUp = operation.factors().totp().setUp(caller.user(), caller.bySudoToken(), operation.now());
            return Answer.json(Map.of("url", setUp.uri().reveal()));
        });
    }

    @POST
    @Path("enable")
    public Response enable(InputStream in) {
        Operation operation = operation(EventType.UPDATE_CREDENTIAL, "totp-enable");
        return operation.answer(
                Access.MANAGE,
                Caller.Access.class,
                in,
                (caller, body) -> {
                    UserModel user = caller.user();
                    boolean on = operation.factors().twoFactorOn(user);
                    Totp totp = operation.factors().totp();
                    return totp.enable(
                                    user, on, body.get("totp"), Optional.empty(), Totp.Others.REPLACED, operation.now())
                            .through(new FactorDoor(
                                    FactorErrors.TOTP,
                                    () -> Answer.recoveryCodes(
                                            operation.enrolment().activated(user, totp, on, operation.now()))));
                },
                JsonBody.Field.digits("totp", () -> {
                    int digits = operation.realm().getOTPPolicy().getDigits();
                    return new JsonBody.Bounds(digits, digits);
                }));
    }

    @POST
    @Path("authenticate")
    public Response authenticate(InputStream in) {
        Operation operation = operation(EventType.LOGIN, "totp-authenticate");
        return operation.answer(
                Access.GUESS,
                Caller.class,
                in,
                (caller, body) -> operation
                        .factors()
                        .totp()
                        .verify(caller.user(), body.get("totp"), operation.now())
                        .through(new FactorDoor(
                                FactorErrors.TOTP,
                                () -> new SecondFactorLogin(operation, FactorId.TOTP).answer(caller))),
                JsonBody.Field.digits("totp", TypedCode.FEWEST_TOTP_DIGITS, TypedCode.MOST_TOTP_DIGITS));
    }

    @GET
    @Path("next-guess")
    public Response nextGuess() {
        Operation operation = Operation.reading(session);
        return operation.answer(Access.READ, Caller.class, null, (caller, body) -> {
            Totp totp = operation.factors().totp();
            boolean on = operation.factors().twoFactorOn(caller.user());
            boolean known = totp.isActive(caller.user())
                    || totp.pending(caller.user(), on, operation.now()).isPresent();
            return known
                    ? Answer.duration(totp.untilNextGuess(caller.user(), operation.now()))
                    : Answer.refusal(RestError.TOTP_UNINITIALIZED);
        });
    }

    @DELETE
    @Override
    public Response ownDelete() {
        Operation operation = operation(EventType.REMOVE_CREDENTIAL, "totp-disable");
        return operation.answer(
                Access.SUDO,
                Caller.Present.class,
                null,
                (caller, body) -> operation
                                .enrolment()
                                .deactivate(caller.user(), operation.factors().totp(), operation.now())
                        ? Answer.nothing()
                        : Answer.refusal(RestError.TOTP_ALREADY_INACTIVE));
    }

    private Operation operation(EventType type, String name) {
        return Operation.of(session, type, name, FactorId.TOTP);
    }
}
