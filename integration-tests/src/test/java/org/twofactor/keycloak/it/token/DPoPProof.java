package org.twofactor.keycloak.it.token;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.twofactor.keycloak.it.realm.TestRealm;

/**
 * Proofs that a caller has a key, for the paths of one realm.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-4.2">RFC 9449 4.2 DPoP Proof JWT Syntax</a>
 */
public record DPoPProof(TestRealm realm, SigningKey key) {

    public static DPoPProof of(TestRealm realm) {
        return new DPoPProof(realm, SigningKey.ec());
    }

    /** For a call without an access token. */
    public String of(String method, String path) {
        return of(method, path, Map.of());
    }

    /** For a call that carries this access token. */
    public String of(String method, String path, String accessToken) {
        return of(method, path, Map.of("ath", SigningKey.sha256(accessToken)));
    }

    /** What tokens that are bound to the key say of it. */
    public String thumbprint() {
        return key.thumbprint();
    }

    private String of(String method, String path, Map<String, String> more) {
        Map<String, Object> claims = new HashMap<>(more);
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("htm", method);
        claims.put("htu", realm.api().base() + path);
        claims.put("iat", Instant.now().getEpochSecond());
        return key.sign(Map.of("typ", "dpop+jwt", "alg", "ES256", "jwk", key.publicJwk()), claims);
    }
}
