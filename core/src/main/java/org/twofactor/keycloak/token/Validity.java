package org.twofactor.keycloak.token;

import java.time.Instant;
import java.util.Comparator;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;

/** What ends tokens of ours before their time. */
final class Validity {

    private Validity() {}

    /** Seconds since the epoch; a token issued before is revoked, be it by realm, client or user. */
    static int notBefore(KeycloakSession session, ClientModel client, UserModel user) {
        RealmModel realm = session.getContext().getRealm();
        int ofUser = session.users().getNotBeforeOfUser(realm, user);
        return Math.max(ofUser, Math.max(realm.getNotBefore(), client.getNotBefore()));
    }

    /** The epoch for a user without a password here, such as a federated one. */
    static Instant passwordSetAt(UserModel user) {
        return user.credentialManager()
                .getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE)
                .map(CredentialModel::getCreatedDate)
                .filter(created -> created != null)
                .max(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli)
                .orElse(Instant.EPOCH);
    }
}
