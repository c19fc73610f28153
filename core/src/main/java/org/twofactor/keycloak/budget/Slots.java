package org.twofactor.keycloak.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.SingleUseObjectProvider;

/**
 * Numbered slots in the single-use store, each won by exactly one of all who reach for it, on any node, and each with
 * the time at which it was won.
 *
 * <p>Times are noted, not left to the store's expiry, which follows a clock of its own. A slot whose time is not there
 * yet was won this very moment by somebody else.
 */
public final class Slots {
    /** The time of a slot that was made one of long ago. */
    static final Instant LONG_AGO = Instant.EPOCH;

    private static final String AT = "at";

    private final SingleUseObjectProvider store;
    private final String prefix;
    private final Duration memory;

    /** @param memory how long a slot is remembered at least */
    public Slots(SingleUseObjectProvider store, String prefix, Duration memory) {
        this.store = store;
        this.prefix = prefix;
        this.memory = memory;
    }

    /** How many are taken, given that the first so many are. */
    public int takenFrom(int known) {
        int taken = known;
        while (isTaken(taken)) {
            taken++;
        }
        return taken;
    }

    public boolean isTaken(int number) {
        return store.contains(slot(number));
    }

    /** @return true for exactly one of all who try; the store keeps it whatever becomes of the transaction */
    public boolean take(int number, Instant now) {
        if (!store.putIfAbsent(slot(number), memory.toSeconds())) {
            return false;
        }
        note(number, now);
        return true;
    }

    /** When it was won; empty where nobody has, where it is forgotten, or where that is not written yet. */
    public Optional<Instant> takenAt(int number) {
        return Optional.ofNullable(store.get(time(number)))
                .map(note -> Instant.ofEpochMilli(Long.parseLong(note.get(AT))));
    }

    /** Makes a slot one of long ago. */
    public void age(int number) {
        note(number, LONG_AGO);
    }

    private void note(int number, Instant at) {
        store.put(time(number), memory.toSeconds(), Map.of(AT, Long.toString(at.toEpochMilli())));
    }

    private String slot(int number) {
        return prefix + ":" + number;
    }

    private String time(int number) {
        return slot(number) + ":at";
    }
}
