package org.twofactor.keycloak.it.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key in the hands of a test, with which it signs any header and any claims, right or wrong. Written apart from what it
 * tests: with the JDK alone.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515#section-5.1">RFC 7515 5.1 Message Signature or MAC Computation</a>
 */
public final class SigningKey {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int COORDINATE_BYTES = 32;

    private final KeyPair pair;

    private SigningKey(KeyPair pair) {
        this.pair = pair;
    }

    static SigningKey rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new SigningKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** On the curve P-256, for ES256. */
    public static SigningKey ec() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new SigningKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs with the algorithm that the header names in {@code alg}. */
    public String sign(Map<String, ?> header, Map<String, ?> claims) {
        try {
            String input = part(header) + "." + part(claims);
            Signature signature = Signature.getInstance(
                    switch (header.get("alg").toString()) {
                        case "RS256" -> "SHA256withRSA";
                        case "RS512" -> "SHA512withRSA";
                        case "ES256" -> "SHA256withECDSAinP1363Format";
                        default -> throw new IllegalArgumentException("no " + header.get("alg") + " here");
                    });
            signature.initSign(pair.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token without a signature. */
    static String unsigned(Map<String, ?> header, Map<String, ?> claims) {
        return part(header) + "." + part(claims) + ".";
    }

    /** A token with an HS256 signature by these bytes, whatever they are. */
    static String macWith(byte[] secret, Map<String, ?> header, Map<String, ?> claims) {
        try {
            String input = part(header) + "." + part(claims);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
            return input + "." + BASE64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a realm's component takes it. */
    String privateKeyPem() {
        return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    String publicKeyPem() {
        return pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    byte[] publicKeyBytes() {
        return pair.getPublic().getEncoded();
    }

    /** The public key of an EC pair as JWK, its members in the order of RFC 7638. */
    public Map<String, String> publicJwk() {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        Map<String, String> jwk = new TreeMap<>();
        jwk.put("crv", "P-256");
        jwk.put("kty", "EC");
        jwk.put("x", coordinate(key.getW().getAffineX().toByteArray()));
        jwk.put("y", coordinate(key.getW().getAffineY().toByteArray()));
        return jwk;
    }

    /**
     * The thumbprint of an EC key.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7638#section-3">RFC 7638 3 JSON Web Key (JWK) Thumbprint</a>
     */
    public String thumbprint() {
        return sha256(json(publicJwk()));
    }

    public static String sha256(String text) {
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(Map<String, ?> content) {
        return BASE64.encodeToString(json(content).getBytes(StandardCharsets.UTF_8));
    }

    private static String json(Map<String, ?> content) {
        try {
            return JSON.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A sign byte less, or leading zeros more: as many bytes as the field has. */
    private static String coordinate(byte[] number) {
        byte[] fixed = new byte[COORDINATE_BYTES];
        byte[] last = Arrays.copyOfRange(number, Math.max(0, number.length - COORDINATE_BYTES), number.length);
        System.arraycopy(last, 0, fixed, COORDINATE_BYTES - last.length, last.length);
        return BASE64.encodeToString(fixed);
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }
}
