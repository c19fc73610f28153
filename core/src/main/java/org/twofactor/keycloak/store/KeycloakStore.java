package org.twofactor.keycloak.store;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.SingleUseObjectProvider;
import org.twofactor.keycloak.compat.OwnTransaction;

/** Keycloak's single-use store: in Infinispan, or in the database where the server runs stateless. */
public final class KeycloakStore implements Store {
    private final KeycloakSession session;

    private KeycloakStore(KeycloakSession session) {
        this.session = session;
    }

    public static Store of(KeycloakSession session) {
        return new KeycloakStore(session);
    }

    @Override
    public Optional<Map<String, String>> get(StoreKey key) {
        return Optional.ofNullable(entries().get(key.value()));
    }

    @Override
    public void put(StoreKey key, Map<String, String> notes, Duration lifespan) {
        entries().put(key.value(), seconds(lifespan), notes);
    }

    @Override
    public boolean putIfAbsent(StoreKey key, Duration lifespan) {
        return entries().putIfAbsent(key.value(), seconds(lifespan));
    }

    @Override
    public Optional<Map<String, String>> remove(StoreKey key) {
        return Optional.ofNullable(entries().remove(key.value()));
    }

    @Override
    public <T> T apart(String name, Function<Store, T> work) {
        return OwnTransaction.call(session, "two-factor: " + name, own -> work.apply(of(own)));
    }

    private SingleUseObjectProvider entries() {
        return session.singleUseObjects();
    }

    /** Zero would mean for ever. */
    private static long seconds(Duration lifespan) {
        return Math.max(1, lifespan.toSeconds());
    }
}
