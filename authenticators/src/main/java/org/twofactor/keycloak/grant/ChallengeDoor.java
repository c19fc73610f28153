package org.twofactor.keycloak.grant;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.function.Supplier;
import org.twofactor.keycloak.mailcode.Dispatch;

/** What the grant says to a mail that is asked for. */
record ChallengeDoor(GrantAnswers answers, Supplier<Response> whenOnItsWay) implements Dispatch.Door<Response> {
    /** By then a working mail server has taken some out of a full queue. */
    private static final Duration QUEUE_DELAY = Duration.ofSeconds(30);

    @Override
    public Response onItsWay() {
        return whenOnItsWay.get();
    }

    @Override
    public Response tooMany(Duration delay) {
        return answers.refused(GrantError.TOO_MANY_MAILS, delay);
    }

    @Override
    public Response queueFull() {
        return answers.refused(GrantError.MAIL_QUEUE_FULL, QUEUE_DELAY);
    }

    @Override
    public Response noMailServer() {
        return answers.refused(GrantError.UNABLE_TO_SEND_MAIL);
    }
}
