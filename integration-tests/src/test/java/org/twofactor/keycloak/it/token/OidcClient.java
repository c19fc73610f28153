package org.twofactor.keycloak.it.token;

import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/** What an app does with Keycloak's tokens at Keycloak's own endpoints. */
record OidcClient(TestRealm realm, String clientId) {
    static final String USER_INFO = "/protocol/openid-connect/userinfo";

    /** {@link TestClients#APP}. */
    static OidcClient of(TestRealm realm) {
        return new OidcClient(realm, TestClients.APP);
    }

    Answer userInfo(String accessToken) {
        return realm.api().get(USER_INFO).bearer(accessToken).send();
    }

    /** The refresh grant. */
    Answer refresh(String refreshToken) {
        return realm.token(clientId, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    Answer logOut(String refreshToken) {
        return realm.api()
                .post("/protocol/openid-connect/logout")
                .form(Map.of("client_id", clientId, "refresh_token", refreshToken))
                .send();
    }

    /** The client's id in Keycloak's own tables. */
    String uuid() {
        return realm.admin().clients().findByClientId(clientId).get(0).getId();
    }
}
