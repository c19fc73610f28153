package org.twofactor.keycloak.code;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.keycloak.common.crypto.CryptoIntegration;

/**
 * The salted hash of one recovery code: PBKDF2 with HMAC-SHA-512, 5,000 rounds, about 5 ms. A code has 75 random bits:
 * what keeps it is that number, not the rounds.
 *
 * <p>Keycloak's {@code PasswordHashProvider} does the same sum, but compares the result with {@code String.equals}; this
 * compares in constant time. The algorithm comes from Keycloak's crypto provider, so it is the approved one in FIPS mode.
 *
 * @param salt 16 random bytes, Base64
 * @param hash Base64
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8018#section-5.2">RFC 8018 5.2 PBKDF2</a>
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CodeHash(
        @JsonProperty("salt") String salt,
        @JsonProperty("hash") String hash,
        @JsonProperty("rounds") int rounds) {
    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    private static final int ROUNDS = 5_000;

    /** Of a stored hash; a row that asks for more is not ours, and would keep a core busy. */
    private static final int MOST_ROUNDS = 1_000_000;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 512;
    private static final SecureRandom RANDOM = new SecureRandom();

    public static CodeHash of(Secret code) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new CodeHash(encode(salt), encode(derive(code, salt, ROUNDS)), ROUNDS);
    }

    /** Costs what {@link #matches} costs: for a guess that no stored code could match. */
    public static void runForNothing(Secret code) {
        derive(code, new byte[SALT_BYTES], ROUNDS);
    }

    /** Whether what was stored can be compared with at all. */
    public boolean isWhole() {
        try {
            return rounds >= 1
                    && rounds <= MOST_ROUNDS
                    && decode(salt).length > 0
                    && decode(hash).length == HASH_BITS / Byte.SIZE;
        } catch (RuntimeException e) {
            return false;
        }
    }

    public boolean matches(Secret code) {
        return MessageDigest.isEqual(decode(hash), derive(code, decode(salt), rounds));
    }

    private static byte[] derive(Secret code, byte[] salt, int rounds) {
        try {
            SecretKeyFactory factory = CryptoIntegration.getProvider().getSecretKeyFact(ALGORITHM);
            return factory.generateSecret(new PBEKeySpec(code.reveal().toCharArray(), salt, rounds, HASH_BITS))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Keycloak has no " + ALGORITHM, e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        return Base64.getDecoder().decode(text);
    }

    @Override
    public String toString() {
        return "[hash]";
    }
}
