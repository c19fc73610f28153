package org.twofactor.keycloak.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

    @Test
    void S21_whoeverWaitsThatLongIsNotTooEarly() {
        assertThat(RetryAfter.seconds(Duration.ZERO)).isZero();
        assertThat(RetryAfter.seconds(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(RetryAfter.seconds(Duration.ofSeconds(30))).isEqualTo(30);
        assertThat(RetryAfter.seconds(Duration.ofMillis(30_001))).isEqualTo(31);
    }

    @Test
    void inMinutesNeither() {
        assertThat(RetryAfter.minutes(Duration.ZERO)).isZero();
        assertThat(RetryAfter.minutes(Duration.ofMinutes(2))).isEqualTo(2);
        assertThat(RetryAfter.minutes(Duration.ofMillis(120_001))).isEqualTo(3);
        assertThat(RetryAfter.minutes(Duration.ofHours(1))).isEqualTo(60);
    }
}
