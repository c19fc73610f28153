package org.twofactor.keycloak.code;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A code, seed or handle that must not be printed: {@link #toString} masks it, comparison takes the same time whatever
 * differs, and {@link #reveal} is the one place where it comes out.
 *
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x20-V11-Cryptography.md">ASVS v5.0.0-11.2.4
 *     constant-time operations, -16.2.5 no secrets in logs</a>
 */
public final class Secret {
    private static final int SHORT_BYTES = 20;

    private final String value;

    private Secret(String value) {
        this.value = Objects.requireNonNull(value);
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The secret itself. Whoever calls this answers for where it goes. */
    public String reveal() {
        return value;
    }

    /** SHA-256 in hexadecimal: what a store may be keyed by without holding the secret. */
    public String digest() {
        return HexFormat.of().formatHex(sha256(value));
    }

    /** The first 160 bits of the same in Base64, safe in URLs: for keys of which there may be very many. */
    public String shortDigest() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(sha256(value), SHORT_BYTES));
    }

    private static byte[] sha256(String value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(sha256(value), sha256(that.value));
    }

    @Override
    public int hashCode() {
        return Objects.hash(value);
    }

    @Override
    public String toString() {
        return "[secret]";
    }
}
