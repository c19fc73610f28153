package org.twofactor.keycloak.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the rules rely on, of every store: the one in memory, and Keycloak's on a server. */
public abstract class StoreContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int THREADS = 64;

    private final StoreKey key = StoreKey.of("contract", UUID.randomUUID().toString());

    protected abstract Store store();

    /** Another node's view of the same. */
    protected Store otherNode() {
        return store();
    }

    /** Lets the store's own clock pass so much. */
    protected abstract void pass(Duration time);

    /** Claims the first key and puts the second, in a transaction that does not commit. */
    protected abstract void claimAndPutInARequestThatFails(StoreKey claimed, StoreKey put);

    @Test
    void whatWasNeverPutIsNotThere() {
        assertThat(store().get(key)).isEmpty();
        assertThat(store().remove(key)).isEmpty();
    }

    @Test
    void whatIsPutIsKnownOnAllNodesUntilItIsRemoved() {
        store().put(key, Map.of("name", "value"), HOUR);

        assertThat(otherNode().get(key)).contains(Map.of("name", "value"));
        assertThat(otherNode().remove(key)).contains(Map.of("name", "value"));
        assertThat(store().get(key)).isEmpty();
    }

    @Test
    void aPutGoesOverWhateverIsThere() {
        assertThat(store().putIfAbsent(key, HOUR)).isTrue();
        store().put(key, Map.of("name", "one"), HOUR);
        store().put(key, Map.of("name", "two"), HOUR);

        assertThat(store().get(key)).contains(Map.of("name", "two"));
    }

    @Test
    void aClaimIsThereWithoutNotes() {
        assertThat(store().putIfAbsent(key, HOUR)).isTrue();

        assertThat(otherNode().get(key)).contains(Map.of());
        assertThat(otherNode().putIfAbsent(key, HOUR)).isFalse();
        assertThat(otherNode().remove(key)).contains(Map.of());
        assertThat(store().putIfAbsent(key, HOUR)).isTrue();
    }

    @Test
    void aPutIsKnownToOthersFromTheCommitOn() {
        boolean knownBefore = store().apart("put", own -> {
            own.put(key, Map.of("name", "value"), HOUR);
            assertThat(own.get(key)).contains(Map.of("name", "value"));
            return otherNode().get(key).isPresent();
        });

        assertThat(knownBefore).isFalse();
        assertThat(otherNode().get(key)).isPresent();
    }

    @Test
    void aClaimInATransactionOfItsOwnOutlivesARequestThatFailsAndAPutDoesNot() {
        StoreKey put = key.entry(1);

        claimAndPutInARequestThatFails(key, put);

        assertThat(store().get(key)).contains(Map.of());
        assertThat(store().get(put)).isEmpty();
    }

    @Test
    void aTransactionThatThrowsPutsNothing() {
        assertThatThrownBy(() -> store().apart("fail", own -> {
                    own.put(key, Map.of("name", "value"), HOUR);
                    throw new IllegalStateException("as planned");
                }))
                .hasMessageContaining("as planned");

        assertThat(store().get(key)).isEmpty();
    }

    @Test
    void entriesGoWhenTheirLifespanIsOver() {
        store().put(key, Map.of("name", "value"), Duration.ofSeconds(1));
        store().putIfAbsent(key.entry(1), Duration.ofSeconds(1));

        pass(Duration.ofSeconds(2));

        assertThat(store().get(key)).isEmpty();
        assertThat(store().remove(key)).isEmpty();
        assertThat(store().putIfAbsent(key.entry(1), HOUR)).isTrue();
    }

    @Test
    void S09_ofManyWhoClaimAtTheSameMomentOneWins() throws Exception {
        assertThat(atTheSameMoment(number -> (number % 2 == 0 ? store() : otherNode()).putIfAbsent(key, HOUR)))
                .containsOnlyOnce(true)
                .hasSize(THREADS);
    }

    @Test
    void S09_ofManyWhoRemoveAtTheSameMomentOneGetsTheNotes() throws Exception {
        store().put(key, Map.of("name", "value"), HOUR);

        assertThat(atTheSameMoment(number ->
                        (number % 2 == 0 ? store() : otherNode()).remove(key).isPresent()))
                .containsOnlyOnce(true)
                .hasSize(THREADS);
    }

    private interface Attempt {
        boolean by(int number);
    }

    private static List<Boolean> atTheSameMoment(Attempt attempt) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Boolean>> attempts = new ArrayList<>();
            for (int number = 0; number < THREADS; number++) {
                int mine = number;
                attempts.add(() -> attempt.by(mine));
            }
            List<Boolean> answers = new ArrayList<>();
            for (Future<Boolean> answer : threads.invokeAll(attempts)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
