package org.twofactor.keycloak.settings;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * How many guesses in a row are free, how long each later one has to wait, and after how many the factor is locked.
 *
 * <p>With the defaults, no more than 40 guesses are evaluated in 24 hours and no more than 100 in a row ever.
 *
 * @param freeGuesses failures in a row after which the first wait comes
 * @param firstWait the wait after that failure; each further failure doubles it
 * @param longestWait what the doubling stops at
 * @param lockAfter failures in a row that lock; empty where nothing may lock, as for passwords, so that nobody can be
 *     shut out for good from outside
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html#throttle">NIST SP 800-63B-4 3.2.2 Rate Limiting
 *     (Throttling): no more than 100 consecutive failed attempts</a>
 */
public record GuessPolicy(int freeGuesses, Duration firstWait, Duration longestWait, OptionalInt lockAfter) {

    public GuessPolicy {
        if (freeGuesses < 1) {
            throw new IllegalArgumentException("freeGuesses must be at least 1");
        }
        if (firstWait.isNegative() || firstWait.isZero() || longestWait.compareTo(firstWait) < 0) {
            throw new IllegalArgumentException("waits must be positive, and longestWait no shorter than firstWait");
        }
        if (lockAfter.isPresent() && lockAfter.getAsInt() < freeGuesses) {
            throw new IllegalArgumentException("lockAfter must not be below freeGuesses");
        }
    }

    /** The wait between the last of that many failures in a row and the next guess. */
    public Duration waitAfter(int failures) {
        if (failures < freeGuesses) {
            return Duration.ZERO;
        }
        Duration wait = firstWait;
        for (int further = failures - freeGuesses; further > 0 && wait.compareTo(longestWait) < 0; further--) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(longestWait) < 0 ? wait : longestWait;
    }

    /** What is left of that wait at a given moment, zero where it is over. */
    public Duration waitLeft(int failures, Instant last, Instant now) {
        Duration wait = waitAfter(failures);
        Duration left = Duration.between(now, last.plus(wait));
        if (wait.isZero() || left.isNegative()) {
            return Duration.ZERO;
        }
        // A guess that came a moment later, or to a node whose clock is ahead, may have been counted before this one.
        return left.compareTo(wait) < 0 ? left : wait;
    }

    /** The number of failures in a row from which on each wait is the longest. */
    public int failuresToLongestWait() {
        int failures = freeGuesses;
        while (waitAfter(failures).compareTo(longestWait) < 0) {
            failures++;
        }
        return failures;
    }

    public boolean locksAfter(int failures) {
        return lockAfter.isPresent() && failures >= lockAfter.getAsInt();
    }

    /** The same waits for something that nobody may lock from outside. */
    public GuessPolicy withoutLock(Duration itsLongestWait) {
        return new GuessPolicy(freeGuesses, min(firstWait, itsLongestWait), itsLongestWait, OptionalInt.empty());
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
