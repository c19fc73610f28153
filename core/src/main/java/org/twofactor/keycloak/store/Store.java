package org.twofactor.keycloak.store;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is under way, shared by all nodes: the port that the rules of guesses, mails, codes and tokens stand on. On a
 * server it is Keycloak's single-use store ({@link KeycloakStore}); in unit tests it is held in memory, with a clock that
 * the test moves.
 *
 * <p>{@link #putIfAbsent} and {@link #remove} are atomic across all nodes, take effect at once and outlive a rollback of
 * the request. {@link #put} takes effect when its transaction commits, and is lost when that rolls back; until then it is
 * visible to {@link #get} of the same transaction alone.
 *
 * <p>Lifespans end the memory of an entry; no rule may depend on the moment at which an entry goes, since the store
 * follows a clock of its own. Rules note times in the entries and compare them with the caller's clock.
 */
public interface Store {

    /** The notes of an entry, empty ones where it was claimed and never written; nothing where there is no entry. */
    Optional<Map<String, String>> get(StoreKey key);

    /**
     * Writes an entry, over whatever is there, at the end of the transaction. A transaction writes a key once.
     *
     * @param lifespan at least one second
     */
    void put(StoreKey key, Map<String, String> notes, Duration lifespan);

    /**
     * Claims a key.
     *
     * @param lifespan at least one second
     * @return true for exactly one of all who try while there is no such entry
     */
    boolean putIfAbsent(StoreKey key, Duration lifespan);

    /** @return the notes of the entry, for exactly one of all who remove it at the same moment */
    Optional<Map<String, String>> remove(StoreKey key);

    /**
     * Work in a transaction of its own, committed before this returns, whatever becomes of the caller's.
     *
     * @param name of the work, for Keycloak's traces
     */
    <T> T apart(String name, Function<Store, T> work);
}
