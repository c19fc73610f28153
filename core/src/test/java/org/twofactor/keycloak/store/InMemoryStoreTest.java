package org.twofactor.keycloak.store;

import java.time.Duration;
import java.util.Map;

class InMemoryStoreTest extends StoreContract {
    private final InMemoryStore store = new InMemoryStore();

    @Override
    protected Store store() {
        return store;
    }

    @Override
    protected void pass(Duration time) {
        store.advance(time);
    }

    @Override
    protected void claimAndPutInARequestThatFails(StoreKey claimed, StoreKey put) {
        Store request = store.new Transaction();
        request.apart("claim", own -> own.putIfAbsent(claimed, Duration.ofHours(1)));
        request.put(put, Map.of("name", "value"), Duration.ofHours(1));
    }
}
