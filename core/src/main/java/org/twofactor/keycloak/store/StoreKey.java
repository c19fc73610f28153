package org.twofactor.keycloak.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The key of an entry: a prefix of ours, since all of Keycloak shares one store, what kind of entry it is, and a digest of
 * what it belongs to. So a key tells nothing of users and addresses, is short, and fits the 255 characters of the store's
 * database column however long the id of a federated user is.
 */
public record StoreKey(String value) {
    private static final String PREFIX = "two-factor:";

    /** No id, name or address holds one, so different parts never make the same text. */
    private static final String SEPARATOR = "\0";

    /** 160 bits, far beyond any accidental or forced collision. */
    private static final int DIGEST_BYTES = 20;

    /**
     * @param kind what the entry is, for whoever looks into the store
     * @param parts what it belongs to
     */
    public static StoreKey of(String kind, String... parts) {
        byte[] digest = sha256(String.join(SEPARATOR, parts));
        return new StoreKey(PREFIX + kind + ":" + encoded(digest));
    }

    /** One of several numbered entries of the same owner. */
    public StoreKey entry(int number) {
        return new StoreKey(value + ":" + number);
    }

    private static String encoded(byte[] digest) {
        byte[] head = java.util.Arrays.copyOf(digest, DIGEST_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(head);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
