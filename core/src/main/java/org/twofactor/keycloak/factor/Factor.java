package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;

/**
 * A second factor of the realm in whose session it was made. How it is set up differs from factor to factor; what both
 * doors need of each is here.
 */
public interface Factor {

    FactorId id();

    boolean isActive(UserModel user);

    /** When the active factor was enrolled; empty where it is not active, or its storage does not say. */
    Optional<Instant> completedAt(UserModel user);

    /** Looks at a guess: state first, then the guard, then the code. */
    Verification verify(UserModel user, Secret guess, Instant now);

    /** How long the next guess has to wait, zero where it need not; what {@link #verify} would enforce. */
    Duration untilNextGuess(UserModel user, Instant now);

    /** @return false where there was nothing to deactivate */
    boolean disable(UserModel user);

    /** Drops a set-up that waits to be confirmed, and whatever else is under way and is not enrolled. */
    void abandonSetUp(UserModel user);

    /** How many wrong guesses in a row there were, as far as the streak is remembered. */
    int failures(UserModel user);

    /** On an administrator's word: lifts the lock, and the next guess is the first of a new streak. */
    void unlock(UserModel user);
}
