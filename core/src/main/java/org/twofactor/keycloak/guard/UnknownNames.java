package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.budget.Ledger;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.Store;

/**
 * Counts passwords that are given with names which no user has, as {@link Guard} counts those of users, so that no answer
 * tells them apart. Anybody can make up any number of names, so they are counted in a ledger with a bound.
 */
public final class UnknownNames {
    /** For a moment in which others keep the ledger busy. */
    private static final Duration BUSY = Duration.ofSeconds(1);

    private final Ledger ledger;

    public UnknownNames(Store store) {
        this.ledger = new Ledger(store);
    }

    /** Takes the next guess, which is going to fail, or says how long it has to wait. */
    public Admission admit(BudgetKey name, GuessPolicy policy, Instant now) {
        Duration wait = waitFor(ledger.read(List.of(name)).times(name), policy, now);
        if (!wait.isZero()) {
            return new Refused(wait);
        }
        return ledger.change(List.of(name), now, pages -> admit(pages, name, policy, now))
                .orElseGet(() -> new Refused(BUSY));
    }

    private static Admission admit(Ledger.Pages pages, BudgetKey name, GuessPolicy policy, Instant now) {
        List<Instant> failures = pages.times(name);
        Duration wait = waitFor(failures, policy, now);
        if (!wait.isZero()) {
            return new Refused(wait);
        }
        pages.add(name, now, policy.failuresToLongestWait(), GuardKey.PASSWORD_MEMORY);
        return new Admitted(failures.size() + 1, Streak.NONE);
    }

    private static Duration waitFor(List<Instant> failures, GuessPolicy policy, Instant now) {
        return failures.isEmpty()
                ? Duration.ZERO
                : policy.waitLeft(failures.size(), failures.get(failures.size() - 1), now);
    }
}
