package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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
 * <p>A free guess writes its claim alone and finds the failures before it one by one. From the first wait on, the streak's
 * note says at once how many there are and when the last one was, and guesses come one at a time.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-7.3">RFC 4226 7.3 Throttling at the Server</a>
 */
public final class Guard {
    /** How often a guess that met another one half way looks again, after a pause that doubles: a second in all. */
    private static final int LOOKS = 8;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);

    /** What a guess waits that met others half way all that time. */
    private static final Duration BUSY = Duration.ofSeconds(1);

    private final Store store;
    private final int looks;

    public Guard(Store store) {
        this(store, LOOKS);
    }

    Guard(Store store, int looks) {
        this.store = store;
        this.looks = looks;
    }

    /**
     * Takes the next guess of the streak, or says how long it has to wait.
     *
     * <p>Where another guess has claimed its entry and not written its time yet, or is just ending the streak, this one
     * looks again for a moment: what is half written tells neither how long to wait nor whether to wait at all.
     */
    public Admission admit(GuardKey key, GuessPolicy policy, Instant now) {
        Duration pause = FIRST_PAUSE;
        for (int look = 0; look < looks; look++) {
            Optional<Admission> admission = look(key, policy, now);
            if (admission.isPresent()) {
                return admission.get();
            }
            LockSupport.parkNanos(pause.toNanos());
            pause = pause.multipliedBy(2);
        }
        heal(key, policy, now);
        return look(key, policy, now).orElseGet(() -> new Refused(BUSY));
    }

    /** @return nothing where the streak is half written */
    private Optional<Admission> look(GuardKey key, GuessPolicy policy, Instant now) {
        return store.apart("admit a guess", own -> {
            Streak streak = Streak.read(own, key);
            while (streak.waitFor(policy, now).isZero()) {
                if (streak.claimNext(own, key)) {
                    return Optional.of(admitted(own, key, streak, policy, now));
                }
                streak = streak.oneMoreAtUnknownTime();
            }
            return streak.isUntimed() ? Optional.empty() : Optional.of(new Refused(streak.waitFor(policy, now)));
        });
    }

    private static Admitted admitted(Store own, GuardKey key, Streak before, GuessPolicy policy, Instant now) {
        Streak counted = before.oneMore(now);
        if (!policy.waitAfter(counted.failures()).isZero()) {
            counted.write(own, key);
        }
        return new Admitted(counted.failures(), before);
    }

    /**
     * A claim whose time was never written, because its node died or an answer of the store was lost, would make everybody
     * wait from each moment anew. Whoever meets it begins its wait now, so that it heals within one wait.
     */
    private void heal(GuardKey key, GuessPolicy policy, Instant now) {
        store.apart("note when a guess was counted", own -> {
            Streak streak = Streak.readWithClaims(own, key);
            if (streak.isUntimed() && !streak.waitFor(policy, now).isZero()) {
                streak.lastAt(now).write(own, key);
            }
            return null;
        });
    }

    /** How long a guess would have to wait now: what {@link #admit} would say, without taking a guess. */
    public Duration waitFor(GuardKey key, GuessPolicy policy, Instant now) {
        return Streak.readWithClaims(store, key).waitFor(policy, now);
    }

    /** How many guesses of the streak were counted so far, which are those that failed and those under way. */
    public int failures(GuardKey key) {
        return Streak.readWithClaims(store, key).failures();
    }

    /** The guess was right: the streak ends, and nothing is left of it; after a wait, its last entry for ten seconds. */
    public void succeeded(GuardKey key, Admitted guess) {
        guess.before().end(store, key);
    }

    /** Ends the streak, on an administrator's word: the next guess is the first of another. */
    public void startAnew(GuardKey key) {
        Streak.readWithClaims(store, key).remove(store, key);
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
