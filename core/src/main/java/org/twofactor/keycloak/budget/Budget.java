package org.twofactor.keycloak.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.twofactor.keycloak.settings.Limit;
import org.twofactor.keycloak.store.Store;

/**
 * Grants what may happen only so often: mails, and guesses at the codes of password resets.
 *
 * <p>What is granted is written down in a {@link Ledger} before it happens, all charges at once or none, so that with any
 * number of parallel requests, on any number of nodes, no window ever holds more than its limit allows.
 */
public final class Budget {
    /** For a moment in which others keep the ledger busy. */
    private static final Duration BUSY = Duration.ofSeconds(1);

    private final Ledger ledger;

    public Budget(Store store) {
        this.ledger = new Ledger(store);
    }

    /** An account and what it allows; a limit over no time at all is none. */
    public record Charge(BudgetKey account, List<Limit> limits) {
        public Charge {
            limits = limits.stream().filter(limit -> !limit.window().isZero()).toList();
        }

        private Duration memory() {
            return longest(limits.stream().map(Limit::window));
        }

        private int most() {
            return limits.stream().mapToInt(Limit::count).max().orElse(1);
        }
    }

    /** What was written down for one account, for whoever may have to give it back. */
    public record Entry(BudgetKey account, Instant at) {}

    /** What came of it. */
    public sealed interface Grant {
        /** @param entries one for each charge, in their order */
        record Granted(List<Entry> entries) implements Grant {}

        record Exhausted(Duration delay) implements Grant {}
    }

    /** Takes one from each account, or says how long that has to wait. */
    public Grant take(List<Charge> charges, Instant now) {
        return ledger.change(accounts(charges), now, pages -> take(pages, charges, now))
                .orElseGet(() -> new Grant.Exhausted(BUSY));
    }

    private static Grant take(Ledger.Pages pages, List<Charge> charges, Instant now) {
        Duration wait = untilNext(pages, charges, now);
        if (!wait.isZero()) {
            return new Grant.Exhausted(wait);
        }
        charges.stream()
                .filter(charge -> !charge.limits().isEmpty())
                .forEach(charge -> pages.add(charge.account(), now, charge.most(), charge.memory()));
        return new Grant.Granted(
                charges.stream().map(charge -> new Entry(charge.account(), now)).toList());
    }

    /** How long {@link #take} would have to wait now, zero where it need not. */
    public Duration untilNext(List<Charge> charges, Instant now) {
        return untilNext(ledger.read(accounts(charges)), charges, now);
    }

    /**
     * For what was paid for and did not come about: the entry counts no more. Where the ledger stays busy it goes on
     * counting, which errs on the strict side.
     */
    public void giveBack(Entry entry, Instant now) {
        ledger.change(List.of(entry.account()), now, pages -> {
            pages.remove(entry.account(), entry.at());
            return true;
        });
    }

    private static Duration untilNext(Ledger.Pages pages, List<Charge> charges, Instant now) {
        return longest(charges.stream().flatMap(charge -> {
            List<Instant> times = pages.times(charge.account());
            return charge.limits().stream().map(limit -> untilNext(times, limit, now));
        }));
    }

    /** The oldest of those that fill the window says when there is room again. */
    private static Duration untilNext(List<Instant> times, Limit limit, Instant now) {
        if (times.size() < limit.count()) {
            return Duration.ZERO;
        }
        Instant oldest = times.get(times.size() - limit.count());
        // One that was granted by a node whose clock is ahead does not lengthen the wait.
        return Duration.between(now, (oldest.isAfter(now) ? now : oldest).plus(limit.window()));
    }

    private static List<BudgetKey> accounts(List<Charge> charges) {
        return charges.stream().map(Charge::account).toList();
    }

    private static Duration longest(Stream<Duration> waits) {
        return waits.filter(wait -> !wait.isNegative())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
