package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.SingleUseObjectProvider;
import org.twofactor.keycloak.budget.Slots;
import org.twofactor.keycloak.compat.OwnTransaction;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.settings.GuessPolicy;

/**
 * Counts guesses, and admits one only when the policy allows it.
 *
 * <p>A guess is counted before it is looked at. Guess number n of a streak is whoever wins the atomic
 * {@code putIfAbsent} of slot n, in a transaction of its own, so that with any number of parallel guesses, on any number
 * of nodes, no more are admitted than the policy allows, and no rollback gives one back. A streak is a run of failures:
 * it ends with a success, which starts another under a new random name.
 *
 * <p>Waits come from the time that is noted with each slot and from the caller's clock.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-7.3">RFC 4226 7.3 Throttling at the Server</a>
 */
public final class Guard {
    private static final String FIRST_STREAK = "first";
    private static final String AFTER_LOCK = "after-lock-";
    private static final String NAME = "streak";
    private static final String FAILURES = "failures";

    private final KeycloakSession session;

    public Guard(KeycloakSession session) {
        this.session = session;
    }

    /** Takes the next guess of the streak, or says how long it has to wait. */
    public Admission admit(GuardKey key, GuessPolicy policy, Instant now) {
        return OwnTransaction.call(session, "two-factor: admit a guess", own -> {
            SingleUseObjectProvider store = own.singleUseObjects();
            Streak streak = read(store, key);
            while (true) {
                Duration wait = waitFor(streak, policy, now);
                if (!wait.isZero()) {
                    return new Refused(wait);
                }
                int failures = streak.failures() + 1;
                if (slots(store, key, streak.name()).take(streak.failures(), now)) {
                    write(store, key, streak.name(), failures);
                    return new Admitted(failures, streak.name().startsWith(AFTER_LOCK));
                }
                streak = new Streak(streak.name(), failures, Optional.empty());
            }
        });
    }

    /** How long a guess would have to wait now: what {@link #admit} would say, without taking a guess. */
    public Duration waitFor(GuardKey key, GuessPolicy policy, Instant now) {
        return waitFor(read(session.singleUseObjects(), key), policy, now);
    }

    /** How many guesses of the streak were counted so far, which are those that failed and those under way. */
    public int failures(GuardKey key) {
        return read(session.singleUseObjects(), key).failures();
    }

    /** Ends the streak: the next guess is the first of another. What is still being looked at counts into the old one. */
    public void startAnew(GuardKey key) {
        startAnew(key, UUID.randomUUID().toString());
    }

    /** The same once a lock is set. Guesses that were under way before it get into the new streak, and know it by this. */
    public void startAnewAfterLock(GuardKey key) {
        startAnew(key, AFTER_LOCK + UUID.randomUUID());
    }

    private void startAnew(GuardKey key, String name) {
        OwnTransaction.run(
                session, "two-factor: end a streak of guesses", own -> write(own.singleUseObjects(), key, name, 0));
    }

    private static Duration waitFor(Streak streak, GuessPolicy policy, Instant now) {
        if (policy.locksAfter(streak.failures())) {
            return policy.longestWait();
        }
        Duration wait = policy.waitAfter(streak.failures());
        if (wait.isZero()) {
            return wait;
        }
        Duration left = Duration.between(now, streak.last().orElse(now).plus(wait));
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        // A guess that came a moment later, or to a node whose clock is ahead, may have been counted before this one.
        return left.compareTo(wait) < 0 ? left : wait;
    }

    /** The note of the streak may lag behind its slots, since parallel winners write it in any order; the slots decide. */
    private static Streak read(SingleUseObjectProvider store, GuardKey key) {
        Map<String, String> note = store.get(key.streak());
        String name = note == null ? FIRST_STREAK : note.get(NAME);
        int failures = note == null ? 0 : Integer.parseInt(note.get(FAILURES));
        Slots slots = slots(store, key, name);
        failures = slots.takenFrom(failures);
        return new Streak(name, failures, failures == 0 ? Optional.empty() : slots.takenAt(failures - 1));
    }

    private static Slots slots(SingleUseObjectProvider store, GuardKey key, String streak) {
        return new Slots(store, key.slots(streak), key.memory());
    }

    private static void write(SingleUseObjectProvider store, GuardKey key, String name, int failures) {
        store.put(key.streak(), key.memory().toSeconds(), Map.of(NAME, name, FAILURES, Integer.toString(failures)));
    }

    /**
     * @param failures how many slots are taken
     * @param last when the last of them was taken; empty while that is not written yet
     */
    private record Streak(String name, int failures, Optional<Instant> last) {}
}
