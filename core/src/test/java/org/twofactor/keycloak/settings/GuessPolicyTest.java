package org.twofactor.keycloak.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GuessPolicyTest {
    private final GuessPolicy policy = Settings.of(Map.of()).guessPolicy();

    @Test
    void S18_fiveGuessesAreFreeThenTheWaitDoublesFromHalfAMinuteToAnHour() {
        assertThat(policy.waitAfter(4)).isZero();
        assertThat(policy.waitAfter(5)).hasSeconds(30);
        assertThat(policy.waitAfter(6)).hasSeconds(60);
        assertThat(policy.waitAfter(11)).hasSeconds(1920);
        assertThat(policy.waitAfter(12)).hasSeconds(3600);
        assertThat(policy.waitAfter(100)).hasSeconds(3600);
    }

    @Test
    void S18_whoeverGuessesAsFastAsIsAllowedGetsNoMoreThanFortyGuessesInADay() {
        Duration elapsed = Duration.ZERO;
        int guesses = 0;
        while (elapsed.compareTo(Duration.ofDays(1)) <= 0) {
            guesses++;
            elapsed = elapsed.plus(policy.waitAfter(guesses));
        }
        assertThat(guesses).isBetween(30, 40);
    }

    @Test
    void S19_itLocksAfterAHundredAndAPasswordNever() {
        assertThat(policy.locksAfter(99)).isFalse();
        assertThat(policy.locksAfter(100)).isTrue();
        assertThat(policy.withoutLock(Duration.ofMinutes(15)).locksAfter(1_000_000))
                .isFalse();
        assertThat(policy.withoutLock(Duration.ofMinutes(15)).waitAfter(50)).hasMinutes(15);
    }

    @Test
    void anUnusablePolicyCannotBeMade() {
        assertThatThrownBy(() -> new GuessPolicy(0, Duration.ofSeconds(1), Duration.ofSeconds(1), OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GuessPolicy(5, Duration.ofSeconds(2), Duration.ofSeconds(1), OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GuessPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(1), OptionalInt.of(4)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
