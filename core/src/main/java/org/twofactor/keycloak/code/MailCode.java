package org.twofactor.keycloak.code;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

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
    private static final String HMAC = "HmacSHA256";

    /** Tells what we sign from whatever else is signed with the same key. */
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

    /**
     * HMAC-SHA-256 over scope and code.
     *
     * @return Base64
     * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104</a>
     */
    public static String hash(SecretKey key, Scope scope, Secret code) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key.getEncoded(), HMAC));
            for (String part : List.of(
                    DOMAIN, scope.realm(), scope.subject(), scope.purpose().id(), scope.address(), code.reveal())) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                // The length first, so that no two lists of parts read alike.
                mac.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                mac.update(bytes);
            }
            return Base64.getEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /** Whether the code has that hash, compared in constant time. */
    public static boolean hasHash(SecretKey key, Scope scope, Secret code, String hash) {
        return MessageDigest.isEqual(
                hash(key, scope, code).getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
    }
}
