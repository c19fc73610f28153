package org.twofactor.keycloak.compat;

import java.util.Optional;
import javax.crypto.SecretKey;
import org.keycloak.crypto.Algorithm;
import org.keycloak.crypto.KeyUse;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.models.KeycloakSession;

/** A symmetric key of the realm, which Keycloak makes, rotates and keeps. */
public record RealmKey(String id, SecretKey key) {

    /** The one to sign with now. */
    public static RealmKey active(KeycloakSession session) {
        return of(session.keys().getActiveKey(session.getContext().getRealm(), KeyUse.SIG, Algorithm.HS512));
    }

    /** One that was signed with before; empty once the realm has taken it out of service. */
    public static Optional<RealmKey> ofId(KeycloakSession session, String id) {
        return Optional.ofNullable(
                        session.keys().getKey(session.getContext().getRealm(), id, KeyUse.SIG, Algorithm.HS512))
                .map(RealmKey::of);
    }

    private static RealmKey of(KeyWrapper key) {
        return new RealmKey(key.getKid(), key.getSecretKey());
    }

    @Override
    public String toString() {
        return "[key " + id + "]";
    }
}
