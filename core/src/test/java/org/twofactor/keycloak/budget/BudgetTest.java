package org.twofactor.keycloak.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.Budget.Grant;
import org.twofactor.keycloak.budget.Budget.Grant.Exhausted;
import org.twofactor.keycloak.budget.Budget.Grant.Granted;
import org.twofactor.keycloak.settings.Limit;
import org.twofactor.keycloak.store.InMemoryStore;

class BudgetTest {
    private static final Limit INTERVAL = new Limit(1, Duration.ofMinutes(1));
    private static final Limit HOUR = new Limit(10, Duration.ofHours(1));
    private static final Limit DAY = new Limit(40, Duration.ofDays(1));

    private final InMemoryStore store = new InMemoryStore();
    private final Budget budget = new Budget(store);
    private final List<Charge> mail = charges("alice");

    private static List<Charge> charges(String user) {
        return List.of(
                new Charge(BudgetKey.ofUser("realm", user, "interval"), List.of(INTERVAL)),
                new Charge(BudgetKey.ofUser("realm", user, "mails"), List.of(HOUR, DAY)));
    }

    @Test
    void S23_twoMailsAreAMinuteApartAndNoLonger() {
        assertThat(take()).isInstanceOf(Granted.class);
        store.advance(Duration.ofMinutes(1).minusMillis(1));
        assertThat(take()).isEqualTo(new Exhausted(Duration.ofMillis(1)));
        assertThat(budget.untilNext(mail, store.now())).isEqualTo(Duration.ofMillis(1));
        store.advance(Duration.ofMillis(1));
        assertThat(budget.untilNext(mail, store.now())).isZero();
        assertThat(take()).isInstanceOf(Granted.class);
    }

    @Test
    void S23_tenInAnyHourAndFortyInAnyDay() {
        IntStream.range(0, 10).forEach(number -> {
            assertThat(take()).isInstanceOf(Granted.class);
            store.advance(Duration.ofMinutes(1));
        });
        assertThat(take()).isEqualTo(new Exhausted(Duration.ofMinutes(50)));
        for (int hour = 1; hour < 4; hour++) {
            store.advance(Duration.ofMinutes(50));
            IntStream.range(0, 10).forEach(number -> {
                assertThat(take()).isInstanceOf(Granted.class);
                store.advance(Duration.ofMinutes(1));
            });
        }
        assertThat(take()).isEqualTo(new Exhausted(Duration.ofHours(24).minus(Duration.ofMinutes(190))));
    }

    @Test
    void aRefusalTakesNothingFromAnyAccount() {
        Charge other =
                new Charge(BudgetKey.ofUser("realm", "bob", "mails"), List.of(new Limit(1, Duration.ofHours(1))));
        take();

        assertThat(budget.take(List.of(other, mail.get(0)), store.now())).isInstanceOf(Exhausted.class);
        assertThat(budget.take(List.of(other), store.now())).isInstanceOf(Granted.class);
    }

    @Test
    void whatIsGivenBackCountsNoMore() {
        Granted granted = (Granted) take();

        budget.giveBack(granted.entries().get(0), store.now());

        assertThat(budget.untilNext(mail, store.now())).isZero();
    }

    @Test
    void aLimitOverNoTimeIsNone() {
        List<Charge> unlimited =
                List.of(new Charge(BudgetKey.ofUser("realm", "alice", "free"), List.of(new Limit(1, Duration.ZERO))));
        assertThat(budget.take(unlimited, store.now())).isInstanceOf(Granted.class);
        assertThat(budget.take(unlimited, store.now())).isInstanceOf(Granted.class);
        assertThat(store.size()).isZero();
    }

    @Test
    void S23_ofManyParallelRequestsNoMoreAreGrantedThanTheLimitAllows() throws Exception {
        Budget otherNode = new Budget(store);
        List<Charge> hourly = List.of(new Charge(BudgetKey.ofUser("realm", "carol", "mails"), List.of(HOUR)));
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Grant>> all = IntStream.range(0, 100)
                    .<Callable<Grant>>mapToObj(
                            number -> () -> (number % 2 == 0 ? budget : otherNode).take(hourly, store.now()))
                    .toList();
            long granted = 0;
            for (var answer : threads.invokeAll(all)) {
                granted += answer.get() instanceof Granted ? 1 : 0;
            }
            assertThat(granted).isEqualTo(10);
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.size()).as("the page, and no lock").isEqualTo(1);
    }

    @Test
    void S64_thePagesOfANodeThatDiedAreFreeAgainSoon() {
        store.putIfAbsent(Ledger.lockOf(mail.get(0).account().page()), Duration.ofSeconds(10));
        assertThat(take()).isEqualTo(new Exhausted(Duration.ofSeconds(1)));
        store.advance(Duration.ofSeconds(11));
        assertThat(take()).isInstanceOf(Granted.class);
    }

    @Test
    void whatIsForgottenTakesNoRoom() {
        take();
        store.advance(Duration.ofDays(1).plusSeconds(2));
        assertThat(store.size()).isZero();
    }

    @Test
    void aHundredThousandMailsTakeFewCharactersEach() {
        IntStream.range(0, 100_000).forEach(user -> budget.take(charges("user-" + user), store.now()));
        assertThat(store.size()).isLessThanOrEqualTo(16_384);
        assertThat(store.characters() / 100_000).isLessThanOrEqualTo(75);
    }

    private Grant take() {
        return budget.take(mail, store.now());
    }
}
