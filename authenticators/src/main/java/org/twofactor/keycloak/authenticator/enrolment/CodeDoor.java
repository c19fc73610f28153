package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.function.Function;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventType;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.authenticator.RefusalReasons;
import org.twofactor.keycloak.factor.Verification;
import org.twofactor.keycloak.guard.FactorLock;

/**
 * What a page says to a code that was typed into it: each outcome a message, each refusal an event.
 *
 * @param whenRefused shows the page again, with what is wrong
 * @param whenLapsed what to do where there is nothing that the code could be for
 */
record CodeDoor(
        Visit visit, Attempt attempt, Runnable whenAccepted, Function<Message, Page> whenRefused, Runnable whenLapsed)
        implements Verification.Door<Void> {

    /** What the code was given for. */
    record Attempt(FactorId factor, EventType event, String operation) {
        static Attempt toEnable(FactorId factor) {
            return new Attempt(factor, EventType.UPDATE_CREDENTIAL, "enable");
        }

        static Attempt toAuthenticate(FactorId factor) {
            return new Attempt(factor, EventType.LOGIN, "authenticate");
        }

        boolean mindsLock() {
            return event == EventType.LOGIN;
        }
    }

    @Override
    public Void accepted() {
        whenAccepted.run();
        return null;
    }

    @Override
    public Void rejected() {
        return refuse(Errors.INVALID_USER_CREDENTIALS, reasons().wrong(), Message.wrongCode(attempt.factor()));
    }

    @Override
    public Void throttled(Duration delay) {
        boolean locked = attempt.mindsLock() && FactorLock.locked(visit.user(), attempt.factor());
        Message message =
                locked ? Message.of("two-factor-error-locked") : Message.of("two-factor-error-too-many", delay);
        return refuse(Errors.INVALID_USER_CREDENTIALS, reasons().tooMany(), message);
    }

    @Override
    public Void inactive() {
        tell(Errors.INVALID_USER_CREDENTIALS, reasons().inactive());
        whenLapsed.run();
        return null;
    }

    @Override
    public Void notAllowed() {
        return refuse(Errors.INVALID_USER_CREDENTIALS, RefusalReasons.NOT_ALLOWED, Message.NOT_AVAILABLE);
    }

    @Override
    public Void barred() {
        return refuse(Errors.USER_TEMPORARILY_DISABLED, RefusalReasons.BARRED, Message.NOT_AVAILABLE);
    }

    @Override
    public Void corrupt() {
        return refuse(Errors.INVALID_USER_CREDENTIALS, reasons().corrupt(), Message.NOT_AVAILABLE);
    }

    private Void refuse(String error, String reason, Message message) {
        tell(error, reason);
        whenRefused.apply(message).show();
        return null;
    }

    private void tell(String error, String reason) {
        visit.event(attempt.event(), attempt.factor(), attempt.operation())
                .detail(Details.REASON, reason)
                .error(error);
    }

    private RefusalReasons reasons() {
        return RefusalReasons.of(attempt.factor());
    }
}
