package org.twofactor.keycloak.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * Times at which things happened, on a fixed number of pages. Whoever is counted has a record on the page that a digest
 * chooses, so that the store holds no entry for each of them.
 *
 * <p>What an account holder causes is kept until it is forgotten. What anybody can cause without a credential is kept in
 * books whose pages have a fixed number of records too: the one that was not used for longest gives way. So the memory
 * that strangers can fill has a bound, whatever their number ({@link Book}).
 *
 * <p>A page is changed under a lock, claimed atomically in the store, so that parallel requests, on any number of nodes,
 * lose no record of each other. The lock of a node that dies ends by itself.
 */
public final class Ledger {
    /** Many times what a change takes. A change that took half as long is given up, so that no two overlap. */
    private static final Duration LOCK_LIFESPAN = Duration.ofSeconds(10);

    private static final int TRIES = 40;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private static final String RECORDS = "r";

    private final Store store;

    public Ledger(Store store) {
        this.store = store;
    }

    /** The pages of all that are asked for, as they are now. */
    public Pages read(List<BudgetKey> keys) {
        return Pages.read(store, places(keys));
    }

    /**
     * Changes the pages of all that are named, one caller at a time.
     *
     * @return what the change answers; empty where others kept the pages busy for too long, or the store did
     */
    public <T> Optional<T> change(List<BudgetKey> keys, Instant now, Function<Pages, T> change) {
        List<StoreKey> places = places(keys);
        for (int turn = 0; turn < TRIES; turn++) {
            List<StoreKey> locked = new ArrayList<>();
            try {
                Optional<T> answer =
                        store.apart("count in a ledger", own -> changeLocked(own, places, locked, now, change));
                if (locked.size() == places.size()) {
                    return answer;
                }
            } finally {
                unlock(locked);
            }
            LockSupport.parkNanos(PAUSE);
        }
        return Optional.empty();
    }

    /** @param locked is told of each lock at once, so that the caller can end it whatever happens here */
    private static <T> Optional<T> changeLocked(
            Store own, List<StoreKey> places, List<StoreKey> locked, Instant now, Function<Pages, T> change) {
        long start = System.nanoTime();
        for (StoreKey place : places) {
            if (!own.putIfAbsent(lockOf(place), LOCK_LIFESPAN)) {
                return Optional.empty();
            }
            locked.add(place);
        }
        Pages pages = Pages.read(own, places);
        T answer = change.apply(pages);
        if (System.nanoTime() - start > LOCK_LIFESPAN.toNanos() / 2) {
            return Optional.empty();
        }
        pages.write(own, now);
        return Optional.of(answer);
    }

    private void unlock(List<StoreKey> locked) {
        if (!locked.isEmpty()) {
            store.apart("unlock pages of a ledger", own -> {
                locked.forEach(place -> own.remove(lockOf(place)));
                return null;
            });
        }
    }

    static StoreKey lockOf(StoreKey place) {
        return new StoreKey(place.value() + ":lock");
    }

    /** In one order for all, so that no two wait for each other. */
    private static List<StoreKey> places(List<BudgetKey> keys) {
        return keys.stream()
                .map(BudgetKey::page)
                .distinct()
                .sorted(Comparator.comparing(StoreKey::value))
                .toList();
    }

    /** Some pages, read at once. */
    public static final class Pages {
        private final Map<StoreKey, Page> pages;
        private final Map<StoreKey, Integer> most = new HashMap<>();

        private Pages(Map<StoreKey, Page> pages) {
            this.pages = pages;
        }

        private static Pages read(Store store, List<StoreKey> places) {
            return new Pages(places.stream()
                    .collect(Collectors.toMap(
                            Function.identity(),
                            place -> store.get(place)
                                    .map(notes -> Page.of(notes.getOrDefault(RECORDS, "")))
                                    .orElseGet(() -> Page.of("")))));
        }

        /** Oldest first. */
        public List<Instant> times(BudgetKey key) {
            return pages.get(key.page()).times(key.tag());
        }

        /** @param kept how many times of that record are kept, and for how long after this one */
        public void add(BudgetKey key, Instant at, int kept, Duration memory) {
            pages.get(key.page()).add(key.tag(), at, kept, memory);
            most.put(key.page(), key.book().recordsOnAPage());
        }

        void remove(BudgetKey key, Instant at) {
            pages.get(key.page()).remove(key.tag(), at);
            most.put(key.page(), key.book().recordsOnAPage());
        }

        private void write(Store own, Instant now) {
            most.forEach((place, records) -> {
                Page page = pages.get(place);
                page.prune(now);
                page.keep(records);
                if (page.isEmpty()) {
                    own.remove(place);
                } else {
                    own.put(place, Map.of(RECORDS, page.text()), page.memory(now));
                }
            });
        }
    }
}
