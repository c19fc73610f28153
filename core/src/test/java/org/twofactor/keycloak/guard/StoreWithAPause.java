package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * One caller's view of a store, in which something else happens just after its read of that number.
 *
 * @param reads how many there were so far
 */
record StoreWithAPause(Store store, int number, Runnable meanwhile, AtomicInteger reads) implements Store {

    StoreWithAPause(Store store, int number, Runnable meanwhile) {
        this(store, number, meanwhile, new AtomicInteger());
    }

    @Override
    public Optional<Map<String, String>> get(StoreKey key) {
        Optional<Map<String, String>> notes = store.get(key);
        if (reads.incrementAndGet() == number) {
            meanwhile.run();
        }
        return notes;
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
        return store.apart(name, own -> work.apply(new StoreWithAPause(own, number, meanwhile, reads)));
    }
}
