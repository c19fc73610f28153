package org.twofactor.keycloak.mail;

import io.micrometer.core.instrument.Metrics;
import java.util.Locale;

/** The counter {@code two_factor_mails_total}, by kind of mail and outcome; both from fixed sets. */
final class MailMetrics {
    private static final String COUNTER = "two.factor.mails";

    /** What became of a mail, or of one attempt at it. */
    enum Outcome {
        SENT,
        /** One attempt failed; there may be another. */
        ATTEMPT_FAILED,
        /** It has failed for good. */
        FAILED,
        /** It was not sent: the queue was full, or there was nobody left to write to. */
        DROPPED,
        /** It was not sent: as many of its kind had gone to that address as may. */
        LIMITED
    }

    private MailMetrics() {}

    static void count(MailKind kind, Outcome outcome) {
        Metrics.counter(COUNTER, "kind", kind.id(), "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
