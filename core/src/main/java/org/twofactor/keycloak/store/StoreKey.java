package org.twofactor.keycloak.store;

import org.twofactor.keycloak.code.Secret;

/**
 * The key of an entry: a prefix of ours, since all of Keycloak shares one store, what kind of entry it is, and a digest of
 * what it belongs to. So a key tells nothing of users and addresses, is short, and fits the 255 characters of the store's
 * database column however long the id of a federated user is.
 */
public record StoreKey(String value) {
    private static final String PREFIX = "two-factor:";

    /** No id, name or address holds one, so different parts never make the same text. */
    private static final String SEPARATOR = "\0";

    /**
     * @param kind what the entry is, for whoever looks into the store
     * @param parts what it belongs to
     */
    public static StoreKey of(String kind, String... parts) {
        return new StoreKey(
                PREFIX + kind + ":" + Secret.of(String.join(SEPARATOR, parts)).shortDigest());
    }

    /** One of several numbered entries of the same owner. */
    public StoreKey entry(int number) {
        return new StoreKey(value + ":" + number);
    }

    /** One of several numbered entries that have a name of their own beside the owner. */
    public StoreKey entry(String name, int number) {
        return new StoreKey(value + ":" + name + ":" + number);
    }

    @Override
    public String toString() {
        return value;
    }
}
