package org.twofactor.keycloak.rest;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.keycloak.events.Details;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.twofactor.keycloak.code.MailCode;
import org.twofactor.keycloak.password.PasswordChange;
import org.twofactor.keycloak.password.PasswordReset;
import org.twofactor.keycloak.password.ResetMails;
import org.twofactor.keycloak.rest.CallerCheck.Access;
import org.twofactor.keycloak.token.LoginClient;

/** {@code /user/password}: rows 18 to 21 of the contract. Resetting by a code is open to everybody. */
public final class PasswordResource extends UnmatchedPaths {
    private static final int LONGEST_INPUT = 256;

    PasswordResource(KeycloakSession session) {
        super(session);
    }

    @POST
    @Path("reset/send")
    public Response sendResetCode(InputStream in) {
        Operation operation = operation(EventType.SEND_RESET_PASSWORD, "password-reset-send");
        MailQuery query = new MailQuery(operation);
        return answerAnybody(
                operation,
                in,
                (caller, body) -> query.answer(style -> ResetAnswers.CODE.to(new ResetMails(
                                session, operation.settings())
                        .sendCode(body.get("email").reveal(), Devices.shown(operation), style, operation.now()))),
                JsonBody.Field.email(operation.realm(), "email", 1, LONGEST_INPUT));
    }

    @POST
    @Path("reset/validate")
    public Response validateResetCode(InputStream in) {
        Operation operation = operation(EventType.CUSTOM_REQUIRED_ACTION, "password-reset-validate");
        return answerAnybody(
                operation,
                in,
                (caller, body) -> reset(
                        operation,
                        new PasswordReset(session, operation.settings())
                                .validate(
                                        body.get("email").reveal(),
                                        body.get("otp"),
                                        Devices.shown(operation),
                                        operation.now())),
                JsonBody.Field.email(operation.realm(), "email", 1, LONGEST_INPUT),
                otp());
    }

    @PUT
    @Path("otp")
    public Response resetByCode(InputStream in) {
        Operation operation = operation(EventType.UPDATE_CREDENTIAL, "password-reset");
        return answerAnybody(
                operation,
                in,
                (caller, body) -> reset(
                        operation,
                        new PasswordReset(session, operation.settings())
                                .update(
                                        body.get("userEmail").reveal(),
                                        body.get("otp"),
                                        body.get("newPassword"),
                                        Devices.shown(operation),
                                        operation.now())),
                JsonBody.Field.email(operation.realm(), "userEmail", 1, LONGEST_INPUT),
                otp(),
                JsonBody.Field.newPassword("newPassword"));
    }

    @PUT
    @Path("old-password")
    public Response change(InputStream in) {
        Operation operation = operation(EventType.UPDATE_CREDENTIAL, "password-change");
        return operation.answer(
                Access.SUDO,
                Caller.Present.class,
                in,
                (caller, body) -> changed(new PasswordChange(session, operation.settings())
                        .change(
                                caller.user(),
                                caller.userSession(),
                                body.get("oldPassword"),
                                body.get("newPassword"),
                                operation.now())),
                JsonBody.Field.of("oldPassword", 1, LONGEST_INPUT),
                JsonBody.Field.newPassword("newPassword"));
    }

    private static Answer reset(Operation operation, PasswordReset.Outcome outcome) {
        if (outcome instanceof PasswordReset.Outcome.Done done) {
            operation.event().user(done.user());
            return Answer.nothing();
        }
        if (outcome instanceof PasswordReset.Outcome.Throttled throttled) {
            return Answer.tooMany(RestError.TOO_MANY_RESET_CHECKS, throttled.delay());
        }
        if (outcome instanceof PasswordReset.Outcome.Refused refused) {
            operation.event().user(refused.user());
            return Answer.badRequest(refused.sentence());
        }
        if (outcome instanceof PasswordReset.Outcome.ReadOnly readOnly) {
            operation.event().user(readOnly.user());
            return Answer.refusal(RestError.PASSWORD_READ_ONLY);
        }
        return Answer.refusal(RestError.OTP_INVALID_EXPIRED);
    }

    private static Answer changed(PasswordChange.Outcome outcome) {
        if (outcome instanceof PasswordChange.Outcome.Changed) {
            return Answer.nothing();
        }
        if (outcome instanceof PasswordChange.Outcome.Throttled throttled) {
            return Answer.tooMany(RestError.TOO_MANY_FAILED_PASSWORD_CHECKS, throttled.delay());
        }
        if (outcome instanceof PasswordChange.Outcome.Refused refused) {
            return Answer.badRequest(refused.sentence());
        }
        if (outcome instanceof PasswordChange.Outcome.NoPassword) {
            return Answer.refusal(RestError.NO_PASSWORD_INFO);
        }
        return Answer.refusal(
                outcome instanceof PasswordChange.Outcome.ReadOnly
                        ? RestError.PASSWORD_READ_ONLY
                        : RestError.PASSWORD_INCORRECT);
    }

    private static Response answerAnybody(
            Operation operation, InputStream in, Operation.Work<Caller.Anybody> work, JsonBody.Field... fields) {
        return operation.answerAnybody(LoginClient.of(operation.realm(), operation.settings()), in, work, fields);
    }

    private static JsonBody.Field otp() {
        return JsonBody.Field.digits("otp", MailCode.DIGITS, MailCode.DIGITS);
    }

    private Operation operation(EventType type, String name) {
        Operation operation = Operation.of(session, type, name);
        operation.event().detail(Details.CREDENTIAL_TYPE, PasswordCredentialModel.TYPE);
        return operation;
    }
}
