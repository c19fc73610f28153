package org.twofactor.keycloak.code;

import java.security.SecureRandom;
import javax.crypto.SecretKey;

/**
 * The codes that are sent by mail: six decimal digits, each as likely as any other, leading zeros kept. While one is
 * pending, only its keyed hash exists.
 *
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x15-V6-Authentication.md">ASVS v5.0.0-6.5.3,
 *     -6.5.4</a>
 */
public final class MailCode {
    public static final int DIGITS = 6;

    private static final int NUMBER = 1_000_000;
    private static final String DOMAIN = "two-factor mail code";

    private static final SecureRandom RANDOM = new SecureRandom();

    private MailCode() {}

    public static Secret random() {
        return Secret.of(String.format("%06d", RANDOM.nextInt(NUMBER)));
    }

    /**
     * What a code is good for.
     *
     * @param subject the user's id
     * @param address where it was sent to
     */
    public record Scope(String realm, String subject, Purpose purpose, String address) {}

    /** The keyed hash over scope and code. */
    public static String hash(SecretKey key, Scope scope, Secret code) {
        return KeyedHash.of(
                key, DOMAIN, scope.realm(), scope.subject(), scope.purpose().id(), scope.address(), code.reveal());
    }

    /** Whether the code has that hash, compared in constant time. */
    public static boolean hasHash(SecretKey key, Scope scope, Secret code, String hash) {
        return KeyedHash.matches(hash(key, scope, code), hash);
    }
}
