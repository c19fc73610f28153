package org.twofactor.keycloak.token;

import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/** What ends tokens of ours before their time. */
final class Validity {

    private Validity() {}

    /** Seconds since the epoch; a token issued before is revoked, be it by realm, client or user. */
    static int notBefore(KeycloakSession session, ClientModel client, UserModel user) {
        RealmModel realm = session.getContext().getRealm();
        int ofUser = session.users().getNotBeforeOfUser(realm, user);
        return Math.max(ofUser, Math.max(realm.getNotBefore(), client.getNotBefore()));
    }
}
