package org.twofactor.keycloak.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The store in memory, with a clock that the test moves. It behaves as Keycloak's does, which {@link StoreContract} holds
 * both to, and can lose a write as a node does that dies between claim and commit. It counts what it is asked for.
 */
public final class InMemoryStore implements Store {
    private final Map<StoreKey, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-11-27T08:00:00Z");
    private volatile boolean losesPuts;

    private record Entry(Map<String, String> notes, Instant end) {}

    /** What the store was asked for; a claim that somebody else holds already writes nothing, and counts as a read. */
    public record Cost(int reads, int writes) {}

    public Instant now() {
        return now;
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }

    /** Puts of transactions that commit from now on are lost, claims are not. */
    public void losePuts(boolean lost) {
        losesPuts = lost;
    }

    /** What it was asked for since the last call of this. */
    public Cost cost() {
        return new Cost(reads.getAndSet(0), writes.getAndSet(0));
    }

    /** How many entries are alive. */
    public int size() {
        return (int)
                entries.keySet().stream().filter(key -> living(key).isPresent()).count();
    }

    /** How many characters keys and notes of all entries have together. */
    public long characters() {
        return entries.entrySet().stream()
                .mapToLong(entry -> entry.getKey().value().length()
                        + entry.getValue().notes().entrySet().stream()
                                .mapToLong(note ->
                                        note.getKey().length() + note.getValue().length())
                                .sum())
                .sum();
    }

    /** Outside of a transaction each call is one of its own. */
    @Override
    public void put(StoreKey key, Map<String, String> notes, Duration lifespan) {
        apart("put", own -> {
            own.put(key, notes, lifespan);
            return null;
        });
    }

    @Override
    public Optional<Map<String, String>> get(StoreKey key) {
        reads.incrementAndGet();
        return living(key).map(Entry::notes);
    }

    @Override
    public boolean putIfAbsent(StoreKey key, Duration lifespan) {
        AtomicBoolean won = new AtomicBoolean();
        entries.compute(key, (same, entry) -> {
            won.set(entry == null || !entry.end().isAfter(now));
            return won.get() ? new Entry(Map.of(), now.plus(lifespan)) : entry;
        });
        (won.get() ? writes : reads).incrementAndGet();
        return won.get();
    }

    @Override
    public Optional<Map<String, String>> remove(StoreKey key) {
        writes.incrementAndGet();
        return Optional.ofNullable(entries.remove(key))
                .filter(entry -> entry.end().isAfter(now))
                .map(Entry::notes);
    }

    @Override
    public <T> T apart(String name, Function<Store, T> work) {
        Transaction transaction = new Transaction();
        T answer = work.apply(transaction);
        transaction.commit();
        return answer;
    }

    private Optional<Entry> living(StoreKey key) {
        return Optional.ofNullable(entries.get(key)).filter(entry -> entry.end().isAfter(now));
    }

    /** One transaction. What it has put nobody else sees until it commits; without a commit, nobody ever does. */
    public final class Transaction implements Store {
        private final Map<StoreKey, Entry> puts = new LinkedHashMap<>();
        private final Set<StoreKey> written = new HashSet<>();

        public void commit() {
            List<StoreKey> keys = new ArrayList<>(puts.keySet());
            writes.addAndGet(keys.size());
            if (!losesPuts) {
                keys.forEach(key -> entries.put(key, puts.get(key)));
            }
            puts.clear();
        }

        @Override
        public void put(StoreKey key, Map<String, String> notes, Duration lifespan) {
            if (!written.add(key)) {
                throw new IllegalStateException("a transaction writes a key once: " + key);
            }
            puts.put(key, new Entry(Map.copyOf(notes), now.plus(lifespan)));
        }

        @Override
        public Optional<Map<String, String>> get(StoreKey key) {
            Entry mine = puts.get(key);
            return mine == null ? InMemoryStore.this.get(key) : Optional.of(mine.notes());
        }

        @Override
        public boolean putIfAbsent(StoreKey key, Duration lifespan) {
            return InMemoryStore.this.putIfAbsent(key, lifespan);
        }

        @Override
        public Optional<Map<String, String>> remove(StoreKey key) {
            return InMemoryStore.this.remove(key);
        }

        @Override
        public <T> T apart(String name, Function<Store, T> work) {
            return InMemoryStore.this.apart(name, work);
        }
    }
}
