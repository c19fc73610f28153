package org.twofactor.keycloak.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.SingleUseObjectProvider;
import org.twofactor.keycloak.compat.OwnTransaction;
import org.twofactor.keycloak.settings.Limit;

/**
 * Grants what may happen only so often: mails, and guesses at the codes of password resets.
 *
 * <p>Each thing that is counted has an account. An entry is whoever wins the account's next numbered slot, in a
 * transaction of its own, so that with any number of parallel requests, on any number of nodes, no window ever holds
 * more entries than its limit allows. Where a request needs several accounts and a parallel one empties the last of
 * them first, what it has taken from the others stays taken: that errs on the strict side.
 */
public final class Budget {
    /** What an account is remembered for beyond its longest window. */
    private static final Duration MARGIN = Duration.ofHours(1);

    /** How many entries that were given back are looked past. More in one window are held against the account. */
    private static final int MOST_GIVEN_BACK = 200;

    private static final String COUNT = "count";

    private final KeycloakSession session;

    public Budget(KeycloakSession session) {
        this.session = session;
    }

    /** An account and what it allows; a limit over no time at all is none. */
    public record Charge(BudgetKey account, List<Limit> limits) {
        public Charge {
            limits = limits.stream().filter(limit -> !limit.window().isZero()).toList();
        }

        private Duration memory() {
            return longest(limits.stream().map(Limit::window)).plus(MARGIN);
        }

        private Slots slots(SingleUseObjectProvider store) {
            return new Slots(store, account.value(), memory());
        }
    }

    /** One entry of an account, for whoever may have to give it back. */
    public record Entry(Charge charge, int number) {}

    /** What came of it. */
    public sealed interface Grant {
        /** @param entries one for each charge, in their order */
        record Granted(List<Entry> entries) implements Grant {}

        record Exhausted(Duration delay) implements Grant {}
    }

    /** Takes one from each account, or says how long that has to wait. */
    public Grant take(List<Charge> charges, Instant now) {
        return OwnTransaction.call(session, "two-factor: take from a budget", own -> {
            SingleUseObjectProvider store = own.singleUseObjects();
            Duration wait = untilNext(store, charges, now);
            if (!wait.isZero()) {
                return new Grant.Exhausted(wait);
            }
            List<Entry> entries = new ArrayList<>();
            for (Charge charge : charges) {
                Grant grant = take(store, charge, now);
                if (grant instanceof Grant.Granted granted) {
                    entries.addAll(granted.entries());
                } else {
                    return grant;
                }
            }
            return new Grant.Granted(List.copyOf(entries));
        });
    }

    /** How long {@link #take} would have to wait now, zero where it need not. */
    public Duration untilNext(List<Charge> charges, Instant now) {
        return untilNext(session.singleUseObjects(), charges, now);
    }

    /** For what was paid for and did not come about: the entry counts no more. */
    public void giveBack(Entry entry) {
        OwnTransaction.run(
                session,
                "two-factor: give back to a budget",
                own -> entry.charge().slots(own.singleUseObjects()).age(entry.number()));
    }

    private static Grant take(SingleUseObjectProvider store, Charge charge, Instant now) {
        Slots slots = charge.slots(store);
        int number = taken(store, slots, charge.account());
        while (true) {
            Duration wait = untilNext(slots, charge.limits(), number, now);
            if (!wait.isZero()) {
                return new Grant.Exhausted(wait);
            }
            if (slots.take(number, now)) {
                store.put(
                        charge.account().value(),
                        charge.memory().toSeconds(),
                        Map.of(COUNT, Integer.toString(number + 1)));
                return new Grant.Granted(List.of(new Entry(charge, number)));
            }
            number++;
        }
    }

    private static Duration untilNext(SingleUseObjectProvider store, List<Charge> charges, Instant now) {
        return longest(charges.stream().map(charge -> {
            Slots slots = charge.slots(store);
            return untilNext(slots, charge.limits(), taken(store, slots, charge.account()), now);
        }));
    }

    private static Duration untilNext(Slots slots, List<Limit> limits, int taken, Instant now) {
        return longest(limits.stream()
                .filter(limit -> taken >= limit.count())
                .map(limit -> untilNext(slots, limit, taken, now)));
    }

    /** The oldest entry of a full window says when it leaves. Those that were given back are none. */
    private static Duration untilNext(Slots slots, Limit limit, int taken, Instant now) {
        Instant start = now.minus(limit.window());
        Instant asManyBack = at(slots, taken - limit.count(), now);
        if (!asManyBack.isAfter(start) && !asManyBack.equals(Slots.LONG_AGO)) {
            return Duration.ZERO;
        }
        int counting = 0;
        int oldest = Math.max(0, taken - limit.count() - MOST_GIVEN_BACK);
        for (int number = taken - 1; number >= oldest; number--) {
            Instant at = at(slots, number, now);
            if (at.isAfter(start)) {
                counting++;
            } else if (!at.equals(Slots.LONG_AGO)) {
                return Duration.ZERO;
            }
            if (counting == limit.count()) {
                return Duration.between(start, earlier(at, now));
            }
        }
        return oldest == 0 ? Duration.ZERO : limit.window();
    }

    /** One that was won a moment after this request began does not lengthen the wait. */
    private static Instant earlier(Instant at, Instant now) {
        return at.isAfter(now) ? now : at;
    }

    private static Instant at(Slots slots, int number, Instant now) {
        // Without a time it was won this moment, or is forgotten.
        return slots.takenAt(number).orElseGet(() -> slots.isTaken(number) ? now : Instant.MIN);
    }

    /** The note may lag behind the slots, since parallel winners write it in any order; the slots decide. */
    private static int taken(SingleUseObjectProvider store, Slots slots, BudgetKey account) {
        Map<String, String> note = store.get(account.value());
        return slots.takenFrom(note == null ? 0 : Integer.parseInt(note.get(COUNT)));
    }

    private static Duration longest(Stream<Duration> waits) {
        return waits.filter(wait -> !wait.isNegative())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
