package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.mailcode.Dispatch;

/**
 * What a page says when a code was asked for by mail: what is wrong, or nothing. Each is an event.
 *
 * @param operation that asked: {@code setup} or {@code challenge}
 */
record MailDoor(Visit visit, String operation) implements Dispatch.Door<Optional<Message>> {

    @Override
    public Optional<Message> onItsWay() {
        event().success();
        return Optional.empty();
    }

    @Override
    public Optional<Message> tooMany(Duration delay) {
        boolean isTheUsualWait = delay.compareTo(visit.settings().mailInterval().window()) <= 0;
        return refused(
                "TOO_MANY_OTP_EMAILS",
                Message.of(
                        isTheUsualWait
                                ? "two-factor-email-otp-form-resend-wait"
                                : "two-factor-email-otp-form-too-many-mails",
                        delay));
    }

    @Override
    public Optional<Message> queueFull() {
        return refused("MAIL_QUEUE_FULL", Message.NOT_SENT);
    }

    @Override
    public Optional<Message> noMailServer() {
        return refused("UNABLE_TO_SEND_MAIL", Message.NOT_SENT);
    }

    private Optional<Message> refused(String reason, Message message) {
        event().detail(Details.REASON, reason).error(reason.toLowerCase(Locale.ROOT));
        return Optional.of(message);
    }

    private EventBuilder event() {
        return visit.event(EventType.SEND_VERIFY_EMAIL, FactorId.EMAIL_OTP, operation);
    }
}
