package org.twofactor.keycloak.it.support;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreContract;
import org.twofactor.keycloak.store.StoreKey;

/** Keycloak's store, held to the contract where it runs. */
final class KeycloakStoreContract extends StoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KeycloakSessionFactory sessions;

    KeycloakStoreContract(KeycloakSession session) {
        this.sessions = session.getKeycloakSessionFactory();
    }

    /** Runs one of the contract's tests. Answers what it found wrong, an empty text where nothing is. */
    String run(String test) throws NoSuchMethodException, IllegalAccessException {
        try {
            StoreContract.class.getMethod(test).invoke(this);
            return "";
        } catch (InvocationTargetException e) {
            return e.getCause().toString();
        }
    }

    @Override
    protected <T> T inARequest(Function<Store, T> work) {
        return KeycloakModelUtils.runJobInTransactionWithResult(sessions, own -> work.apply(KeycloakStore.of(own)));
    }

    @Override
    protected void inARequestThatFails(Consumer<Store> work) {
        KeycloakModelUtils.runJobInTransaction(sessions, own -> {
            work.accept(KeycloakStore.of(own));
            own.getTransactionManager().setRollbackOnly();
        });
    }

    @Override
    protected void awaitEndOf(StoreKey entry) {
        Instant end = Instant.now().plus(PATIENCE);
        while (inARequest(own -> own.get(entry)).isPresent()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("still there: " + entry);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
