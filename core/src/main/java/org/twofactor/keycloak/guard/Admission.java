package org.twofactor.keycloak.guard;

import java.time.Duration;

/** What the guard says to a guess before anybody looks at it. */
public sealed interface Admission {

    /**
     * The guess may be evaluated, and counts as failed until {@link Guard#succeeded} is called.
     *
     * @param failures how many failures in a row this makes if it is wrong
     * @param afterLock whether the streak began with a lock, which may still be there
     * @param afterWait whether it had to wait for the failure before it
     * @param number of the streak's entry that it holds
     */
    record Admitted(int failures, boolean afterLock, boolean afterWait, int number) implements Admission {}

    /** The guess is not looked at, and does not lengthen the wait. */
    record Refused(Duration delay) implements Admission {}
}
