package org.twofactor.keycloak.guard;

import java.time.Duration;

/**
 * A wait as clients are told it: whole seconds, rounded up, so that whoever waits that long is not too early.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110 10.2.3 Retry-After</a>
 */
public final class RetryAfter {

    private RetryAfter() {}

    /** Zero for no wait. */
    public static long seconds(Duration delay) {
        return delay.plusNanos(999_999_999).toSeconds();
    }

    /** The same in whole minutes, for people. */
    public static long minutes(Duration delay) {
        return (seconds(delay) + 59) / 60;
    }
}
