package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.common.util.SecretGenerator;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * A run of failures, as the store holds it: one entry for each, claimed by whoever makes the guess. From the first failure
 * on that has to be waited for, entry 0 also holds a note of how many there are and when the last one was. The note may be
 * lost; the entries decide, and the note only says where to begin.
 *
 * @param first number of the streak's first entry, other than 0 after a lock
 * @param next number of the entry that the next guess claims
 * @param last when the last one was claimed; empty where that is not written
 * @param name of the entries that were claimed since there is a note
 */
record Streak(int first, int next, Optional<Instant> last, Optional<Name> name) {
    private static final String FIRST = "first";
    private static final String NEXT = "next";
    private static final String AT = "at";
    private static final String NAME = "name";
    private static final String NAMED = "named";

    /** How long the last entry of a streak that has ended is kept: longer than any request. */
    private static final Duration LAST_ENTRY_MEMORY = Duration.ofSeconds(10);

    static final Streak NONE = new Streak(0, 0, Optional.empty(), Optional.empty());

    /**
     * What sets the entries of one streak apart from those of the next: whoever read the note of a streak that has ended
     * since can't claim an entry of another.
     *
     * @param from number of the first entry that has it
     */
    record Name(String value, int from) {
        private static final int CHARACTERS = 8;

        static Name random(int from) {
            return new Name(SecretGenerator.getInstance().randomString(CHARACTERS), from);
        }
    }

    /** What the note says. One read. */
    static Streak read(Store store, GuardKey key) {
        return store.get(NONE.entry(key, 0)).map(Streak::of).orElse(NONE);
    }

    /** What the note and the claims beyond it say. */
    static Streak readWithClaims(Store store, GuardKey key) {
        Streak streak = read(store, key);
        while (store.get(streak.entry(key, streak.next)).isPresent()) {
            streak = streak.oneMoreAtUnknownTime();
        }
        return streak;
    }

    private static Streak of(Map<String, String> notes) {
        if (notes.isEmpty()) {
            // Claimed by the first guess; free ones write no note.
            return NONE.oneMoreAtUnknownTime();
        }
        return new Streak(
                Integer.parseInt(notes.getOrDefault(FIRST, "0")),
                Integer.parseInt(notes.get(NEXT)),
                Optional.of(Instant.ofEpochMilli(Long.parseLong(notes.get(AT)))),
                Optional.of(new Name(notes.get(NAME), Integer.parseInt(notes.get(NAMED)))));
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
        return new Streak(first, next + 1, Optional.of(now), name);
    }

    Streak oneMoreAtUnknownTime() {
        return new Streak(first, next + 1, Optional.empty(), name);
    }

    Streak lastAt(Instant now) {
        return new Streak(first, next, Optional.of(now), name);
    }

    /**
     * The same entries, and none of them counts any more. They stay, so that a guess which read the streak before the lock
     * can't claim one of them again. Never 0, which is the mark of a streak without a lock.
     */
    Streak afterLock(Instant now) {
        return new Streak(Math.max(1, next), Math.max(1, next), Optional.of(now), name);
    }

    /** Whether there are failures whose last one has no time yet. */
    boolean isUntimed() {
        return next > 0 && last.isEmpty();
    }

    /** Notes how many there are and when the last one was; the first note names the entries that come after it. */
    void write(Store store, GuardKey key) {
        Name named = name.orElseGet(() -> Name.random(next));
        Map<String, String> notes = new HashMap<>();
        if (first > 0) {
            notes.put(FIRST, Integer.toString(first));
        }
        notes.put(NEXT, Integer.toString(next));
        notes.put(AT, Long.toString(last.orElseThrow().toEpochMilli()));
        notes.put(NAME, named.value());
        notes.put(NAMED, Integer.toString(named.from()));
        store.put(entry(key, 0), notes, key.memory());
    }

    /**
     * Ends the streak on the word of the guess that holds its next entry. Where that has a name it stays for a moment, for
     * guesses that have read the note and would claim it next. The note goes first: from then on nobody reads the streak.
     */
    void end(Store store, GuardKey key) {
        if (name.isEmpty()) {
            remove(store, key);
            return;
        }
        store.apart("end a streak", own -> {
            own.put(entry(key, next), Map.of(), LAST_ENTRY_MEMORY);
            return null;
        });
        for (int entry = 0; entry < next; entry++) {
            store.remove(entry(key, entry));
        }
    }

    /** Removes all entries, with those that guesses in parallel have claimed meanwhile. */
    void remove(Store store, GuardKey key) {
        Streak noted = store.remove(entry(key, 0)).map(Streak::of).orElse(NONE);
        int end = Math.max(next + 1, noted.next);
        for (int entry = 1; entry < end; entry++) {
            store.remove(entry(key, entry));
        }
        while (end > 1 && store.remove(entry(key, end)).isPresent()) {
            end++;
        }
    }

    private StoreKey entry(GuardKey key, int number) {
        if (number == 0) {
            return key.value();
        }
        return name.filter(named -> number >= named.from())
                .map(named -> key.value().entry(named.value(), number))
                .orElseGet(() -> key.value().entry(number));
    }
}
