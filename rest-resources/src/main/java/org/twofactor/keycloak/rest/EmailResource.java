package org.twofactor.keycloak.rest;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.code.MailCode;
import org.twofactor.keycloak.email.EmailTransfer;
import org.twofactor.keycloak.email.EmailTransfer.Completion;
import org.twofactor.keycloak.email.EmailTransfer.Initiation;
import org.twofactor.keycloak.rest.CallerCheck.Access;

/** {@code /user/email}: rows 16 and 17 of the contract. */
public final class EmailResource extends UnmatchedPaths {
    private static final int LONGEST_ADDRESS = 256;

    EmailResource(KeycloakSession session) {
        super(session);
    }

    @POST
    @Path("initiate")
    public Response initiate(InputStream in) {
        Operation operation = Operation.of(session, EventType.SEND_VERIFY_EMAIL, "email-initiate");
        MailQuery query = new MailQuery(operation);
        return operation.answer(
                Access.SUDO,
                Caller.Present.class,
                in,
                (caller, body) -> query.answer(style -> initiated(transfer(operation)
                        .initiate(
                                caller.user(),
                                body.get("email").reveal(),
                                caller.bySudoToken(),
                                style,
                                operation.now()))),
                JsonBody.Field.email(operation.realm(), "email", 1, LONGEST_ADDRESS));
    }

    @PUT
    @Override
    public Response ownPut(InputStream in) {
        Operation operation = Operation.of(session, EventType.UPDATE_EMAIL, "email-complete");
        return operation.answer(
                Access.MANAGE,
                Caller.Access.class,
                in,
                (caller, body) -> completed(transfer(operation)
                        .complete(
                                caller.user(),
                                operation.factors().twoFactorOn(caller.user()),
                                body.get("otp"),
                                operation.event().builder(),
                                operation.now())),
                JsonBody.Field.digits("otp", MailCode.DIGITS, MailCode.DIGITS));
    }

    private EmailTransfer transfer(Operation operation) {
        return new EmailTransfer(session, operation.settings());
    }

    private static Answer initiated(Initiation initiation) {
        if (initiation instanceof Initiation.Answered answered) {
            return answered.dispatch().through(new DispatchDoor(RestError.TOO_MANY_TRANSFER_ATTEMPTS));
        }
        if (initiation instanceof Initiation.Invalid invalid) {
            return Answer.badRequest(invalid.sentence());
        }
        return Answer.refusal(
                initiation instanceof Initiation.ReadOnly
                        ? RestError.EMAIL_READ_ONLY
                        : RestError.FORBIDDEN_MAIL_PROVIDER);
    }

    private static Answer completed(Completion completion) {
        if (completion instanceof Completion.Moved) {
            return Answer.nothing();
        }
        if (completion instanceof Completion.Throttled throttled) {
            return Answer.tooMany(RestError.TOO_MANY_OTP_CHECKS, throttled.delay());
        }
        if (completion instanceof Completion.AlreadyInUse) {
            return Answer.refusal(RestError.NEW_EMAIL_ALREADY_IN_USE);
        }
        if (completion instanceof Completion.Invalid invalid) {
            return Answer.badRequest(invalid.sentence());
        }
        return Answer.refusal(
                completion instanceof Completion.ReadOnly ? RestError.EMAIL_READ_ONLY : RestError.OTP_INVALID_EXPIRED);
    }
}
