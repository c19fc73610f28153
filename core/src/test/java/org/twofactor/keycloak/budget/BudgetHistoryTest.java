package org.twofactor.keycloak.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.twofactor.keycloak.SeedInFailure;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.Budget.Grant.Exhausted;
import org.twofactor.keycloak.budget.Budget.Grant.Granted;
import org.twofactor.keycloak.settings.Limit;
import org.twofactor.keycloak.store.InMemoryStore;

/** Random histories of mails, on two nodes, against a list of all that were sent. */
@AddLifecycleHook(SeedInFailure.class)
class BudgetHistoryTest {
    private static final List<Limit> LIMITS = List.of(
            new Limit(1, Duration.ofSeconds(20)),
            new Limit(4, Duration.ofMinutes(5)),
            new Limit(7, Duration.ofHours(1)));

    /** @param user one of three, each with its own mails */
    record Step(boolean send, boolean giveBack, boolean otherNode, int user, int seconds) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(
                        Arbitraries.of(true, true, false),
                        Arbitraries.of(true, false, false, false, false),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 400))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(120);
    }

    @Property(tries = 300, seed = "20261127")
    void S22_S23_theBudgetAgreesWithAListOfAllMails(@ForAll("histories") List<Step> history) {
        new History().play(history);
    }

    @Property(tries = 150)
    void S22_S23_theSameFromAFreshSeed(@ForAll("histories") List<Step> history) {
        new History().play(history);
    }

    private static final class History {
        private final InMemoryStore store = new InMemoryStore();
        private final List<Budget> nodes = List.of(new Budget(store), new Budget(store));
        private final List<List<Instant>> sent = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

        void play(List<Step> history) {
            history.forEach(this::play);
        }

        private void play(Step step) {
            if (!step.send()) {
                store.advance(Duration.ofSeconds(step.seconds()));
                return;
            }
            Budget node = nodes.get(step.otherNode() ? 1 : 0);
            List<Charge> charges =
                    List.of(new Charge(BudgetKey.ofUser("realm", "user-" + step.user(), "mails"), LIMITS));
            Duration due = due(sent.get(step.user()));
            assertThat(node.untilNext(charges, store.now())).isEqualTo(due);
            if (node.take(charges, store.now()) instanceof Granted granted) {
                assertThat(due).isZero();
                if (step.giveBack()) {
                    node.giveBack(granted.entries().get(0), store.now());
                } else {
                    sent.get(step.user()).add(store.now());
                }
            } else {
                assertThat(node.take(charges, store.now())).isEqualTo(new Exhausted(due));
                assertThat(due).isPositive();
            }
        }

        private Duration due(List<Instant> mails) {
            return LIMITS.stream()
                    .filter(limit -> mails.size() >= limit.count())
                    .map(limit -> Duration.between(
                            store.now(), mails.get(mails.size() - limit.count()).plus(limit.window())))
                    .filter(wait -> !wait.isNegative())
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
        }
    }
}
