package org.twofactor.keycloak.rest;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.MailCode;
import org.twofactor.keycloak.factor.EmailOtp;
import org.twofactor.keycloak.rest.CallerCheck.Access;
import org.twofactor.keycloak.rest.FactorDoor.FactorErrors;

/** {@code /user/2fa/email-otp}: rows 2 to 7 of the contract. */
public final class EmailOtpResource extends UnmatchedPaths {
    private static final int LONGEST_ADDRESS = 256;

    EmailOtpResource(KeycloakSession session) {
        super(session);
    }

    @POST
    @Path("setup")
    public Response setUp(InputStream in) {
        Operation operation = operation(EventType.SEND_VERIFY_EMAIL, "email-otp-setup");
        MailQuery query = new MailQuery(operation);
        return operation.answer(
                Access.SUDO,
                Caller.Present.class,
                in,
                (caller, body) -> !operation.settings().allows(FactorId.EMAIL_OTP)
                        ? Answer.refusal(RestError.FACTOR_NOT_ALLOWED)
                        : query.answer(style -> operation
                                .factors()
                                .emailOtp()
                                .setUp(
                                        caller.user(),
                                        body.get("email").reveal(),
                                        caller.bySudoToken(),
                                        style,
                                        operation.now())
                                .through(new DispatchDoor(RestError.TOO_MANY_OTP_EMAILS))),
                JsonBody.Field.email(operation.realm(), "email", 1, LONGEST_ADDRESS));
    }

    @POST
    @Path("enable")
    public Response enable(InputStream in) {
        Operation operation = operation(EventType.UPDATE_CREDENTIAL, "email-otp-enable");
        return operation.answer(
                Access.MANAGE,
                Caller.Access.class,
                in,
                (caller, body) -> {
                    UserModel user = caller.user();
                    boolean on = operation.factors().twoFactorOn(user);
                    EmailOtp emailOtp = operation.factors().emailOtp();
                    return emailOtp.enable(user, on, body.get("otp"), operation.now())
                            .through(new FactorDoor(
                                    FactorErrors.EMAIL_OTP_ENABLE,
                                    () -> Answer.recoveryCodes(
                                            operation.enrolment().activated(user, emailOtp, on, operation.now()))));
                },
                otp());
    }

    @POST
    @Path("challenge")
    public Response challenge(InputStream in) {
        Operation operation = operation(EventType.SEND_VERIFY_EMAIL, "email-otp-challenge");
        MailQuery query = new MailQuery(operation);
        return operation.answer(
                Access.GUESS,
                Caller.class,
                in,
                (caller, body) -> !operation.settings().allows(FactorId.EMAIL_OTP)
                        ? Answer.refusal(RestError.FACTOR_NOT_ALLOWED)
                        : query.answer(style -> operation
                                .factors()
                                .emailOtp()
                                .challenge(caller.user(), style, operation.now())
                                .map(dispatch -> dispatch.through(new DispatchDoor(RestError.TOO_MANY_OTP_EMAILS)))
                                .orElseGet(() -> withoutAddress(operation, caller.user()))));
    }

    @POST
    @Path("authenticate")
    public Response authenticate(InputStream in) {
        Operation operation = operation(EventType.LOGIN, "email-otp-authenticate");
        return operation.answer(
                Access.GUESS,
                Caller.class,
                in,
                (caller, body) -> operation
                        .factors()
                        .emailOtp()
                        .verify(caller.user(), body.get("otp"), operation.now())
                        .through(new FactorDoor(
                                FactorErrors.EMAIL_OTP,
                                () -> new SecondFactorLogin(operation, FactorId.EMAIL_OTP).answer(caller))),
                otp());
    }

    @GET
    @Path("next-email")
    public Response nextEmail() {
        Operation operation = Operation.reading(session);
        return operation.answer(
                Access.READ,
                Caller.class,
                null,
                (caller, body) -> operation
                        .factors()
                        .emailOtp()
                        .untilNextMail(caller.user(), operation.factors().twoFactorOn(caller.user()), operation.now())
                        .map(Answer::duration)
                        .orElseGet(() -> withoutAddress(operation, caller.user())));
    }

    @DELETE
    @Override
    public Response ownDelete() {
        Operation operation = operation(EventType.REMOVE_CREDENTIAL, "email-otp-disable");
        return operation.answer(
                Access.SUDO,
                Caller.Present.class,
                null,
                (caller, body) -> operation
                                .enrolment()
                                .deactivate(caller.user(), operation.factors().emailOtp(), operation.now())
                        ? Answer.nothing()
                        : Answer.refusal(RestError.EMAIL_OTP_ALREADY_INACTIVE));
    }

    /** There is no address to mail to: the factor is not there, or its credential can't be read. */
    private static Answer withoutAddress(Operation operation, UserModel user) {
        return Answer.refusal(
                operation.factors().emailOtp().isActive(user)
                        ? RestError.INTERNAL_ERROR
                        : RestError.EMAIL_OTP_UNINITIALIZED);
    }

    private static JsonBody.Field otp() {
        return JsonBody.Field.digits("otp", MailCode.DIGITS, MailCode.DIGITS);
    }

    private Operation operation(EventType type, String name) {
        return Operation.of(session, type, name, FactorId.EMAIL_OTP);
    }
}
