package org.twofactor.keycloak.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.InMemoryStore;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * Many uses of one right code at the same moment. Whatever way they meet, one is right, and what the others leave behind
 * keeps nobody from the next code: a loser that wrote down again the streak that the winner had ended did so once.
 */
class GuardStormTest {
    private static final GuessPolicy POLICY =
            new GuessPolicy(5, Duration.ofSeconds(30), Duration.ofHours(1), OptionalInt.of(100));

    private static final int THREADS = 32;
    private static final int ROUNDS = 300;

    private final InMemoryStore memory = new InMemoryStore();
    private final Guard guard = new Guard(new BusyStore(memory));
    private final GuardKey key = new GuardKey(StoreKey.of("guess", "realm", "alice", "totp"), Duration.ofDays(40));

    @Test
    void S09_S17_ofParallelUsesOfOneRightCodeOneSucceedsAndTheNextRoundIsOpen() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                // The entries of the store live by another clock: what a round leaves behind, the next one finds.
                Instant thisRound = memory.now().plus(Duration.ofMinutes(round));
                AtomicBoolean spent = new AtomicBoolean();
                Callable<Boolean> use = () -> guard.admit(key, POLICY, thisRound) instanceof Admitted admitted
                        && spent.compareAndSet(false, true)
                        && succeeded(admitted);
                List<Future<Boolean>> uses = threads.invokeAll(Collections.nCopies(THREADS, use));
                int successes = 0;
                for (Future<Boolean> each : uses) {
                    successes += each.get() ? 1 : 0;
                }
                assertThat(successes).as("successes in round %d", round).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean succeeded(Admitted admitted) {
        guard.succeeded(key, admitted);
        return true;
    }

    /** A store whose callers take turns at any moment. */
    private record BusyStore(Store store) implements Store {

        @SuppressWarnings("ThreadPriorityCheck")
        private static void pause() {
            for (int turns = ThreadLocalRandom.current().nextInt(4); turns > 0; turns--) {
                Thread.yield();
            }
        }

        @Override
        public Optional<Map<String, String>> get(StoreKey key) {
            pause();
            return store.get(key);
        }

        @Override
        public void put(StoreKey key, Map<String, String> notes, Duration lifespan) {
            pause();
            store.put(key, notes, lifespan);
        }

        @Override
        public boolean putIfAbsent(StoreKey key, Duration lifespan) {
            pause();
            return store.putIfAbsent(key, lifespan);
        }

        @Override
        public Optional<Map<String, String>> remove(StoreKey key) {
            pause();
            return store.remove(key);
        }

        @Override
        public <T> T apart(String name, Function<Store, T> work) {
            return store.apart(name, own -> {
                T answer = work.apply(new BusyStore(own));
                pause();
                return answer;
            });
        }
    }
}
