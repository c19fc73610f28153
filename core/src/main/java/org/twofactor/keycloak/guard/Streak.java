package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * A run of failures, as the store holds it: one entry for each, claimed by whoever makes the guess. Entry 0 also holds the
 * note that says how many there are and when the last one was, from the first failure on that has to be waited for. The
 * note may be lost; the entries decide, and the note only says where to begin.
 *
 * @param first number of the streak's first entry, other than 0 after a lock
 * @param next number of the entry that the next guess claims
 * @param last when the last one was claimed; empty where that is not written
 */
record Streak(int first, int next, Optional<Instant> last) {
    private static final String FIRST = "first";
    private static final String NEXT = "next";
    private static final String AT = "at";
    private static final String ENDED = "ended";

    private static final Streak NONE = new Streak(0, 0, Optional.empty());

    /** What the note says. One read. */
    static Streak read(Store store, GuardKey key) {
        return store.get(entry(key, 0)).map(Streak::of).orElse(NONE);
    }

    /** What the note and the claims beyond it say. */
    static Streak readWithClaims(Store store, GuardKey key) {
        Streak streak = read(store, key);
        while (store.get(entry(key, streak.next))
                .filter(entry -> !isMark(entry))
                .isPresent()) {
            streak = streak.oneMoreAtUnknownTime();
        }
        return streak;
    }

    private static Streak of(Map<String, String> notes) {
        if (notes.isEmpty()) {
            // Claimed by the first guess; free ones write no note.
            return new Streak(0, 1, Optional.empty());
        }
        return new Streak(
                Integer.parseInt(notes.getOrDefault(FIRST, "0")),
                Integer.parseInt(notes.get(NEXT)),
                Optional.of(Instant.ofEpochMilli(Long.parseLong(notes.get(AT)))));
    }

    int failures() {
        return next - first;
    }

    boolean isAfterLock() {
        return first > 0;
    }

    /** How long the next guess has to wait, zero where it need not. */
    Duration waitFor(GuessPolicy policy, Instant now) {
        if (policy.locksAfter(failures())) {
            return policy.longestWait();
        }
        return policy.waitLeft(failures(), last.orElse(now), now);
    }

    /** @return true for exactly one of all who reach for this entry, on any node */
    boolean claimNext(Store store, GuardKey key) {
        return store.putIfAbsent(entry(key, next), key.memory());
    }

    Streak oneMore(Instant now) {
        return new Streak(first, next + 1, Optional.of(now));
    }

    Streak oneMoreAtUnknownTime() {
        return new Streak(first, next + 1, Optional.empty());
    }

    Streak lastAt(Instant now) {
        return new Streak(first, next, Optional.of(now));
    }

    /**
     * The same entries, and none of them counts any more. They stay, so that a guess which read the streak before the lock
     * can't claim one of them again. Never 0, which is the mark of a streak without a lock.
     */
    Streak afterLock(Instant now) {
        return new Streak(Math.max(1, next), Math.max(1, next), Optional.of(now));
    }

    boolean exists() {
        return next > 0;
    }

    boolean isUntimed() {
        return exists() && last.isEmpty();
    }

    /** Whether the last guess had to wait, so that there is one guess at a time. */
    boolean isAfterWait(GuessPolicy policy) {
        return !policy.waitAfter(failures()).isZero();
    }

    /** Whether a right guess has held the next entry and ended the streak. */
    boolean endsAtNext(Store store, GuardKey key) {
        return store.get(entry(key, next)).filter(Streak::isMark).isPresent();
    }

    void removeNext(Store store, GuardKey key) {
        store.remove(entry(key, next));
    }

    private static boolean isMark(Map<String, String> notes) {
        return notes.containsKey(ENDED);
    }

    /** Turns the entry of a right guess into the mark of a streak's end. */
    static void mark(Store store, GuardKey key, int number, Duration memory) {
        store.put(entry(key, number), Map.of(ENDED, ""), memory);
    }

    void write(Store store, GuardKey key) {
        Map<String, String> notes = new HashMap<>();
        if (first > 0) {
            notes.put(FIRST, Integer.toString(first));
        }
        notes.put(NEXT, Integer.toString(next));
        notes.put(AT, Long.toString(last.orElseThrow().toEpochMilli()));
        store.put(entry(key, 0), notes, key.memory());
    }

    /** Removes the entries below that number, the note first: from then on nobody reads the streak. */
    static void removeBefore(Store store, GuardKey key, int number) {
        for (int entry = 0; entry < number; entry++) {
            store.remove(entry(key, entry));
        }
    }

    /**
     * Removes all entries.
     *
     * @param number of the last entry that the caller knows of; a guess in parallel may have claimed others since
     */
    static void removeUpTo(Store store, GuardKey key, int number) {
        removeBefore(store, key, number + 1);
        if (number > 0) {
            int entry = number + 1;
            while (store.remove(entry(key, entry)).isPresent()) {
                entry++;
            }
        }
    }

    private static StoreKey entry(GuardKey key, int number) {
        return number == 0 ? key.value() : key.value().entry(number);
    }
}
