package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/** One caller's view of a store, in which something else happens just before its transaction of that number commits. */
final class StoreWithAPause implements Store {
    private final Store store;
    private final int number;
    private final Runnable meanwhile;
    private final AtomicInteger transactions = new AtomicInteger();

    StoreWithAPause(Store store, int number, Runnable meanwhile) {
        this.store = store;
        this.number = number;
        this.meanwhile = meanwhile;
    }

    @Override
    public Optional<Map<String, String>> get(StoreKey key) {
        return store.get(key);
    }

    @Override
    public void put(StoreKey key, Map<String, String> notes, Duration lifespan) {
        store.put(key, notes, lifespan);
    }

    @Override
    public boolean putIfAbsent(StoreKey key, Duration lifespan) {
        return store.putIfAbsent(key, lifespan);
    }

    @Override
    public Optional<Map<String, String>> remove(StoreKey key) {
        return store.remove(key);
    }

    @Override
    public <T> T apart(String name, Function<Store, T> work) {
        return store.apart(name, own -> {
            T answer = work.apply(own);
            if (transactions.incrementAndGet() == number) {
                meanwhile.run();
            }
            return answer;
        });
    }
}
