package org.twofactor.keycloak.factor;

import java.time.Duration;

/**
 * What comes of a guess at a factor. Each door translates it once, by a {@link Door}: whoever forgets a case does not
 * compile.
 */
public sealed interface Verification {

    <R> R through(Door<R> door);

    /** The code was right, and is spent. */
    record Accepted() implements Verification {
        @Override
        public <R> R through(Door<R> door) {
            return door.accepted();
        }
    }

    /** Wrong, expired, used before or somebody else's: nobody is told which. */
    record Rejected() implements Verification {
        @Override
        public <R> R through(Door<R> door) {
            return door.rejected();
        }
    }

    /** Not looked at: too many guesses. */
    record Throttled(Duration delay) implements Verification {
        @Override
        public <R> R through(Door<R> door) {
            return door.throttled(delay);
        }
    }

    /** The user has no such factor. */
    record Inactive() implements Verification {
        @Override
        public <R> R through(Door<R> door) {
            return door.inactive();
        }
    }

    /** The realm's settings leave the factor out. */
    record NotAllowed() implements Verification {
        @Override
        public <R> R through(Door<R> door) {
            return door.notAllowed();
        }
    }

    /** The user is disabled, or locked by the realm's own detection. */
    record Barred() implements Verification {
        @Override
        public <R> R through(Door<R> door) {
            return door.barred();
        }
    }

    /** The stored credential can't be read. */
    record Corrupt() implements Verification {
        @Override
        public <R> R through(Door<R> door) {
            return door.corrupt();
        }
    }

    /** Where a verification is turned into an answer. */
    interface Door<R> {
        R accepted();

        R rejected();

        R throttled(Duration delay);

        R inactive();

        R notAllowed();

        R barred();

        R corrupt();
    }
}
