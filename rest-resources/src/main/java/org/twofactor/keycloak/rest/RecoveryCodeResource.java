package org.twofactor.keycloak.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.RecoveryCodes;
import org.twofactor.keycloak.rest.CallerCheck.Access;
import org.twofactor.keycloak.rest.FactorDoor.FactorErrors;

/** {@code /user/2fa/recovery-code}: rows 13 to 15 of the contract. */
public final class RecoveryCodeResource extends UnmatchedPaths {
    RecoveryCodeResource(KeycloakSession session) {
        super(session);
    }

    @POST
    @Path("authenticate")
    public Response authenticate(InputStream in) {
        Operation operation = operation(EventType.LOGIN, "recovery-code-authenticate");
        RecoveryCodes codes = operation.factors().recoveryCodes();
        return operation.answer(
                Access.GUESS,
                Caller.class,
                in,
                (caller, body) -> codes.verify(caller.user(), body.get("recoveryCode"), operation.now())
                        .through(new FactorDoor(
                                FactorErrors.RECOVERY_CODE,
                                () -> new SecondFactorLogin(operation, FactorId.RECOVERY_CODE).answer(caller))),
                JsonBody.Field.recoveryCode("recoveryCode"));
    }

    @GET
    @Path("next-guess")
    public Response nextGuess() {
        Operation operation = Operation.reading(session);
        RecoveryCodes codes = operation.factors().recoveryCodes();
        return operation.answer(
                Access.READ,
                Caller.class,
                null,
                (caller, body) -> codes.isActive(caller.user())
                        ? Answer.duration(codes.untilNextGuess(caller.user(), operation.now()))
                        : Answer.refusal(RestError.RECOVERY_CODES_UNINITIALIZED));
    }

    @POST
    @Path("reset")
    public Response reset(InputStream in) {
        Operation operation = operation(EventType.UPDATE_CREDENTIAL, "recovery-code-reset");
        return operation.answer(
                Access.SUDO,
                Caller.Present.class,
                in,
                (caller, body) -> operation.factors().twoFactorOn(caller.user())
                        ? Answer.recoveryCodes(operation.enrolment().resetRecoveryCodes(caller.user(), operation.now()))
                        : Answer.refusal(RestError.TWO_FACTOR_IS_DISABLED));
    }

    private Operation operation(EventType type, String name) {
        return Operation.of(session, type, name, FactorId.RECOVERY_CODE);
    }
}
