package org.twofactor.keycloak.password;

import io.micrometer.core.instrument.Metrics;
import java.util.Locale;
import org.keycloak.models.RealmModel;

/**
 * The counter {@code two_factor_reset_guesses_total}, by realm and outcome: what an alert stands on when codes are guessed
 * across many accounts, of which none has seen many guesses.
 */
final class ResetMetrics {
    private static final String COUNTER = "two.factor.reset.guesses";

    /** What became of a guess that was looked at, or that had to wait. */
    enum Outcome {
        RIGHT,
        WRONG,
        /** The realm had seen as many wrong ones in the last hour as it takes from unknown devices. */
        LIMITED
    }

    private ResetMetrics() {}

    static void count(RealmModel realm, Outcome outcome) {
        Metrics.counter(
                        COUNTER,
                        "realm",
                        realm.getName(),
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
