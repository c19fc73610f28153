package org.twofactor.keycloak.settings;

import java.time.Duration;

/** At most so many in any window of that length. */
public record Limit(int count, Duration window) {

    public Limit {
        if (count < 1 || window.isNegative()) {
            throw new IllegalArgumentException("a limit allows at least one, in a window that is not negative");
        }
    }
}
