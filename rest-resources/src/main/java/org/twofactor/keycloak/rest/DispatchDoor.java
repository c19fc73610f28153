package org.twofactor.keycloak.rest;

import java.time.Duration;
import org.twofactor.keycloak.guard.RetryAfter;
import org.twofactor.keycloak.mailcode.Dispatch;

/** What REST says to a mail that is asked for. */
record DispatchDoor(RestError tooManyMails) implements Dispatch.Door<Answer> {
    /** By then a working mail server has taken some out of a full queue. */
    private static final Duration QUEUE_DELAY = Duration.ofSeconds(30);

    @Override
    public Answer onItsWay() {
        return Answer.nothing();
    }

    @Override
    public Answer tooMany(Duration delay) {
        return Answer.tooMany(tooManyMails, delay);
    }

    @Override
    public Answer queueFull() {
        return Answer.refusal(RestError.MAIL_QUEUE_FULL)
                .with("Retry-After", Long.toString(RetryAfter.seconds(QUEUE_DELAY)));
    }

    @Override
    public Answer noMailServer() {
        return Answer.refusal(RestError.UNABLE_TO_SEND_MAIL);
    }
}
