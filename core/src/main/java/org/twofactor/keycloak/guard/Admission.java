package org.twofactor.keycloak.guard;

import java.time.Duration;

/** What the guard says to a guess before anybody looks at it. */
public sealed interface Admission {

    /**
     * The guess may be evaluated, and counts as failed until {@link Guard#succeeded} is called.
     *
     * @param failures how many failures in a row this makes if it is wrong
     * @param before the streak, whose next entry the guess holds
     */
    record Admitted(int failures, Streak before) implements Admission {

        /** Whether the streak began with a lock, which may still be there. */
        public boolean afterLock() {
            return before.isAfterLock();
        }
    }

    /** The guess is not looked at, and does not lengthen the wait. */
    record Refused(Duration delay) implements Admission {}
}
