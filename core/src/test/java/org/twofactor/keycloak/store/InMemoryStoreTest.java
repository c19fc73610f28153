package org.twofactor.keycloak.store;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

class InMemoryStoreTest extends StoreContract {
    private final InMemoryStore store = new InMemoryStore();

    @Override
    protected <T> T inARequest(Function<Store, T> work) {
        return store.apart("request", work);
    }

    @Override
    protected void inARequestThatFails(Consumer<Store> work) {
        work.accept(store.new Transaction());
    }

    @Override
    protected void awaitEndOf(StoreKey entry) {
        store.advance(Duration.ofSeconds(2));
    }
}
