package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.Store;

/**
 * Counts guesses, and admits one only when the policy allows it.
 *
 * <p>A guess is counted before it is looked at. Guess number n of a {@link Streak} is whoever wins the atomic claim of
 * the streak's entry n, in a transaction of its own, so that with any number of parallel guesses, on any number of nodes,
 * no more are admitted than the policy allows, and no rollback gives one back. A right guess ends the streak and removes
 * its entries.
 *
 * <p>A guess costs the store one read and one claim, and one write more from the second failure on; one that has to wait
 * costs a read.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-7.3">RFC 4226 7.3 Throttling at the Server</a>
 */
public final class Guard {
    private final Store store;

    public Guard(Store store) {
        this.store = store;
    }

    /** Takes the next guess of the streak, or says how long it has to wait. */
    public Admission admit(GuardKey key, GuessPolicy policy, Instant now) {
        Attempt attempt = store.apart("admit a guess", own -> attempt(own, key, policy, now));
        attempt.untimed().ifPresent(streak -> heal(key, streak, now));
        return attempt.admission();
    }

    /** @param untimed the streak that refused the guess, where it is not written when its last entry was claimed */
    private record Attempt(Admission admission, Optional<Streak> untimed) {}

    private static Attempt attempt(Store own, GuardKey key, GuessPolicy policy, Instant now) {
        Streak streak = Streak.read(own, key);
        while (true) {
            Duration wait = streak.waitFor(policy, now);
            if (!wait.isZero()) {
                return new Attempt(new Refused(wait), Optional.of(streak).filter(Streak::isUntimed));
            }
            if (streak.claimNext(own, key)) {
                Streak counted = streak.oneMore(now);
                if (counted.mustBeNoted(policy)) {
                    counted.write(own, key);
                }
                return new Attempt(
                        new Admitted(counted.failures(), streak.isAfterLock(), streak.next()), Optional.empty());
            }
            streak = streak.oneMoreAtUnknownTime();
        }
    }

    /**
     * A claim whose time was never written, because its node died or an answer of the store was lost, would make everybody
     * wait from each moment anew. Whoever meets it begins its wait now, so that it heals within one wait.
     *
     * <p>Mostly it is only not written yet, and its guess may be right and end the streak meanwhile: then no note of the
     * streak may stay, or it would live again.
     */
    private void heal(GuardKey key, Streak untimed, Instant now) {
        boolean noted = store.apart("note when a guess was counted", own -> {
            Streak streak = Streak.read(own, key);
            boolean lags = streak.exists() && streak.lagsBehind(untimed);
            if (lags) {
                untimed.lastAt(now).write(own, key);
            }
            return lags;
        });
        if (noted && untimed.hasEnded(store, key)) {
            Streak.forget(store, key);
        }
    }

    /** How long a guess would have to wait now: what {@link #admit} would say, without taking a guess. */
    public Duration waitFor(GuardKey key, GuessPolicy policy, Instant now) {
        return Streak.readWithClaims(store, key).waitFor(policy, now);
    }

    /** How many guesses of the streak were counted so far, which are those that failed and those under way. */
    public int failures(GuardKey key) {
        return Streak.readWithClaims(store, key).failures();
    }

    /** The guess was right: the streak ends, and nothing is left of it. */
    public void succeeded(GuardKey key, Admitted guess) {
        Streak.removeUpTo(store, key, guess.number());
    }

    /** Ends the streak, on an administrator's word: the next guess is the first of another. */
    public void startAnew(GuardKey key) {
        Streak.removeUpTo(store, key, Streak.readWithClaims(store, key).next());
    }

    /**
     * Ends the streak once a lock is set. Guesses that were under way before the lock get into the new streak, and know it
     * by {@link Admitted#afterLock}.
     */
    public void startAnewAfterLock(GuardKey key, Instant now) {
        store.apart("begin anew after a lock", own -> {
            Streak.readWithClaims(own, key).afterLock(now).write(own, key);
            return null;
        });
    }
}
