package org.twofactor.keycloak.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What the rules rely on, of every store. The one in memory is held to it by its unit test; Keycloak's inside a running
 * server, where there is no test library: hence the plain checks.
 */
public abstract class StoreContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int THREADS = 64;

    private final StoreKey key = StoreKey.of("contract", UUID.randomUUID().toString());

    /** Work of a request that succeeds. May be called by many threads at once. */
    protected abstract <T> T inARequest(Function<Store, T> work);

    /** Work of a request that is rolled back. */
    protected abstract void inARequestThatFails(Consumer<Store> work);

    /** Waits until the lifespan of an entry, of one second, is over. */
    protected abstract void awaitEndOf(StoreKey entry);

    @Test
    public void whatWasNeverPutIsNotThere() {
        same(Optional.empty(), get(key));
        same(Optional.empty(), remove(key));
    }

    @Test
    public void whatIsPutIsKnownToOtherRequestsUntilItIsRemoved() {
        put(key, Map.of("name", "value"), HOUR);

        same(Optional.of(Map.of("name", "value")), get(key));
        same(Optional.of(Map.of("name", "value")), remove(key));
        same(Optional.empty(), get(key));
    }

    @Test
    public void aPutGoesOverWhateverIsThere() {
        same(true, claim(key, HOUR));
        put(key, Map.of("name", "one"), HOUR);
        put(key, Map.of("name", "two"), HOUR);

        same(Optional.of(Map.of("name", "two")), get(key));
    }

    @Test
    public void aClaimIsThereWithoutNotes() {
        same(true, claim(key, HOUR));

        same(Optional.of(Map.of()), get(key));
        same(false, claim(key, HOUR));
        same(Optional.of(Map.of()), remove(key));
        same(true, claim(key, HOUR));
    }

    @Test
    public void aPutIsKnownToOthersFromTheCommitOn() {
        boolean knownBefore = inARequest(own -> {
            own.put(key, Map.of("name", "value"), HOUR);
            same(Optional.of(Map.of("name", "value")), own.get(key));
            return get(key).isPresent();
        });

        same(false, knownBefore);
        same(true, get(key).isPresent());
    }

    /** What is lost when a node dies between the claim and the commit. */
    @Test
    public void aClaimOutlivesARequestThatFailsAndAPutDoesNot() {
        StoreKey put = key.entry(1);

        inARequestThatFails(own -> {
            same(true, own.putIfAbsent(key, HOUR));
            own.put(put, Map.of("name", "value"), HOUR);
        });

        same(Optional.of(Map.of()), get(key));
        same(Optional.empty(), get(put));
    }

    @Test
    public void workApartOutlivesARequestThatFails() {
        inARequestThatFails(own -> own.apart("put", apart -> {
            apart.put(key, Map.of("name", "value"), HOUR);
            return null;
        }));

        same(Optional.of(Map.of("name", "value")), get(key));
    }

    @Test
    public void workApartThatThrowsPutsNothing() {
        boolean thrown = inARequest(own -> {
            try {
                return own.apart("fail", apart -> {
                    apart.put(key, Map.of("name", "value"), HOUR);
                    throw new IllegalStateException("as planned");
                });
            } catch (RuntimeException expected) {
                return true;
            }
        });

        same(true, thrown);
        same(Optional.empty(), get(key));
    }

    @Test
    public void entriesGoWhenTheirLifespanIsOver() {
        put(key, Map.of("name", "value"), Duration.ofSeconds(1));
        claim(key.entry(1), Duration.ofSeconds(1));

        awaitEndOf(key);
        awaitEndOf(key.entry(1));

        same(Optional.empty(), get(key));
        same(Optional.empty(), remove(key));
        same(true, claim(key.entry(1), HOUR));
    }

    @Test
    public void S09_ofManyWhoClaimAtTheSameMomentOneWins() {
        same(1L, winnersAtTheSameMoment(() -> claim(key, HOUR)));
    }

    @Test
    public void S09_ofManyWhoRemoveAtTheSameMomentOneGetsTheNotes() {
        put(key, Map.of("name", "value"), HOUR);

        same(1L, winnersAtTheSameMoment(() -> remove(key).isPresent()));
    }

    private Optional<Map<String, String>> get(StoreKey entry) {
        return inARequest(own -> own.get(entry));
    }

    private Optional<Map<String, String>> remove(StoreKey entry) {
        return inARequest(own -> own.remove(entry));
    }

    private boolean claim(StoreKey entry, Duration lifespan) {
        return inARequest(own -> own.putIfAbsent(entry, lifespan));
    }

    private void put(StoreKey entry, Map<String, String> notes, Duration lifespan) {
        inARequest(own -> {
            own.put(entry, notes, lifespan);
            return null;
        });
    }

    private static void same(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("expected " + expected + ", but was " + actual);
        }
    }

    private static long winnersAtTheSameMoment(Callable<Boolean> attempt) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Boolean>> attempts = new ArrayList<>();
            for (int number = 0; number < THREADS; number++) {
                attempts.add(attempt);
            }
            long winners = 0;
            for (Future<Boolean> answer : threads.invokeAll(attempts)) {
                winners += answer.get() ? 1 : 0;
            }
            return winners;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
