package org.twofactor.keycloak.it.code;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;

/**
 * The app on a user's phone: takes an {@code otpauth://} URL, shows codes. Written from the standard and apart from what
 * it tests, or else the two could be wrong together.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6238#section-4">RFC 6238 section 4, TOTP algorithm</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-5.3">RFC 4226 section 5.3, generating an HOTP value</a>
 */
public final class AuthenticatorApp {

    private final byte[] secret;
    private final String algorithm;
    private final int digits;
    private final Duration period;

    AuthenticatorApp(byte[] secret, String algorithm, int digits, Duration period) {
        this.secret = secret.clone();
        this.algorithm = algorithm;
        this.digits = digits;
        this.period = period;
    }

    /** Scans the QR code, as it were. What the URL leaves out has the defaults that apps have: SHA1, 6, 30 s. */
    public static AuthenticatorApp scanning(String otpauthUrl) {
        URI url = URI.create(otpauthUrl);
        if (!"otpauth".equals(url.getScheme()) || !"totp".equals(url.getHost())) {
            throw new IllegalArgumentException("no otpauth://totp/ URL: " + otpauthUrl);
        }
        Map<String, String> parameters = Arrays.stream(url.getRawQuery().split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        return new AuthenticatorApp(
                new Base32().decode(parameters.get("secret")),
                parameters.getOrDefault("algorithm", "SHA1"),
                Integer.parseInt(parameters.getOrDefault("digits", "6")),
                Duration.ofSeconds(Long.parseLong(parameters.getOrDefault("period", "30"))));
    }

    /** The code it shows at that instant. */
    public String codeAt(Instant instant) {
        long step = Math.floorDiv(instant.getEpochSecond(), period.toSeconds());
        byte[] hash = hmac(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        int offset = hash[hash.length - 1] & 0x0F;
        int truncated = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & 0x7FFF_FFFF;
        String all = String.format("%010d", truncated);
        return all.substring(all.length() - digits);
    }

    /** A code of the right form that this app shows neither at that instant nor in the ten steps around it. */
    public String wrongCodeAt(Instant instant) {
        for (int guess = 0; ; guess++) {
            String code = String.format("%0" + digits + "d", guess);
            boolean shown = false;
            for (int step = -5; step <= 5; step++) {
                shown |= codeAt(instant.plus(period.multipliedBy(step))).equals(code);
            }
            if (!shown) {
                return code;
            }
        }
    }

    /** How long a code is shown. */
    public Duration period() {
        return period;
    }

    /** How many digits it shows. */
    public int digits() {
        return digits;
    }

    /** The length of the secret it was given, in bits. */
    public int secretBits() {
        return secret.length * Byte.SIZE;
    }

    private byte[] hmac(byte[] message) {
        try {
            Mac mac = Mac.getInstance("Hmac" + algorithm);
            mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("algorithm " + algorithm, e);
        }
    }
}
