package org.twofactor.keycloak.it.token;

import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/** What an app does with Keycloak's tokens at Keycloak's own endpoints. */
public record OidcClient(TestRealm realm, String clientId) {
    public static final String USER_INFO = "/protocol/openid-connect/userinfo";

    /** {@link TestClients#APP}. */
    public static OidcClient of(TestRealm realm) {
        return new OidcClient(realm, TestClients.APP);
    }

    public Answer userInfo(String accessToken) {
        return realm.api().get(USER_INFO).bearer(accessToken).send();
    }

    /** The refresh grant. */
    public Answer refresh(String refreshToken) {
        return realm.token(clientId, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    public Answer logOut(String refreshToken) {
        return realm.oidc("/logout", clientId, Map.of("refresh_token", refreshToken));
    }

    /** The client's id in Keycloak's own tables. */
    public String uuid() {
        return realm.admin().clients().findByClientId(clientId).get(0).getId();
    }
}
