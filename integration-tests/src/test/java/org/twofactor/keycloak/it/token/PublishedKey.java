package org.twofactor.keycloak.it.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.stream.StreamSupport;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.TestRealm;

/**
 * A key of the realm as every app can fetch it, to verify a token offline.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-5">RFC 7517 5 JWK Set Format</a>
 */
record PublishedKey(String algorithm, PublicKey key) {

    /** The one that the token's header names; fails when the realm does not publish it. */
    static PublishedKey of(String token, TestRealm realm) {
        String id = Jwt.of(token).header().required("kid").textValue();
        JsonNode keys =
                realm.api().get("/protocol/openid-connect/certs").send().json().required("keys");
        JsonNode jwk = StreamSupport.stream(keys.spliterator(), false)
                .filter(it -> it.required("kid").textValue().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the realm publishes no key " + id));
        try {
            return new PublishedKey(jwk.required("alg").textValue(), publicKey(jwk));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("not a key: " + jwk, e);
        }
    }

    /** Whether this key has signed the token. */
    boolean signed(String token) {
        int end = token.lastIndexOf('.');
        try {
            Signature signature = signature();
            signature.initVerify(key);
            signature.update(token.substring(0, end).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Signature signature() throws GeneralSecurityException {
        return switch (algorithm) {
            case "RS256" -> Signature.getInstance("SHA256withRSA");
            case "ES256" -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case "PS256" -> pss();
            default -> throw new IllegalStateException("no " + algorithm + " here");
        };
    }

    private static Signature pss() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        return signature;
    }

    private static PublicKey publicKey(JsonNode jwk) throws GeneralSecurityException {
        if (jwk.required("kty").textValue().equals("RSA")) {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
        }
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(
                        new ECPoint(number(jwk, "x"), number(jwk, "y")),
                        curve.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger number(JsonNode jwk, String member) {
        return new BigInteger(
                1, Base64.getUrlDecoder().decode(jwk.required(member).textValue()));
    }
}
