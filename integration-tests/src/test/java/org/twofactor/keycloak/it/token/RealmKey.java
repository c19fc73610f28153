package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.keycloak.common.util.MultivaluedHashMap;
import org.keycloak.representations.idm.ComponentRepresentation;
import org.twofactor.keycloak.it.realm.TestRealm;

/**
 * The realm's own signing key in the hands of a test: with it a token can be right in all but one thing, so that each
 * check is seen by itself and the signature hides none.
 */
record RealmKey(SigningKey key, String id) {

    /** Makes a new key the one that the realm signs with. */
    static RealmKey of(TestRealm realm) {
        SigningKey key = SigningKey.rsa();
        ComponentRepresentation provider = new ComponentRepresentation();
        provider.setName("known to the test");
        provider.setProviderId("rsa");
        provider.setProviderType("org.keycloak.keys.KeyProvider");
        MultivaluedHashMap<String, String> config = new MultivaluedHashMap<>();
        Map.of(
                        "priority", "1000",
                        "enabled", "true",
                        "active", "true",
                        "algorithm", "RS256",
                        "privateKey", key.privateKeyPem())
                .forEach(config::putSingle);
        provider.setConfig(config);
        try (Response response = realm.admin().components().add(provider)) {
            assertThat(response.getStatus()).isEqualTo(201);
        }
        return new RealmKey(
                key, realm.admin().keys().getKeyMetadata().getActive().get("RS256"));
    }
}
