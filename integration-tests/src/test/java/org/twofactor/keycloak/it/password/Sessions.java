package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;

import java.util.List;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Where a user is logged in: with two apps, and offline with one. */
record Sessions(TestRealm realm, List<Login> logins) {

    /** A log-in: its session lives as long as its refresh token is good. */
    record Login(String client, String accessToken, String refreshToken) {
        static Login of(TestRealm realm, String client, TestUser user, Map<String, String> more) {
            Answer tokens = realm.directGrant(client, user, more);
            assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
            return new Login(client, tokens.field("access_token"), tokens.field("refresh_token"));
        }

        boolean lives(TestRealm realm) {
            return realm.token(client, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken))
                            .status()
                    == 200;
        }
    }

    /** @param more what the direct grant takes besides the password: a code, where a second factor is on */
    static Sessions of(TestRealm realm, TestUser user, CodeSource more) {
        return new Sessions(
                realm,
                List.of(
                        Login.of(realm, APP, user, more.next("openid")),
                        Login.of(realm, OTHER_APP, user, more.next("openid")),
                        Login.of(realm, APP, user, more.next("openid offline_access"))));
    }

    static Sessions of(TestRealm realm, TestUser user) {
        return of(realm, user, scope -> Map.of("scope", scope));
    }

    /** The parameters of one more log-in. */
    @FunctionalInterface
    interface CodeSource {
        Map<String, String> next(String scope);
    }

    List<Boolean> living() {
        return logins.stream().map(login -> login.lives(realm)).toList();
    }

    void assertAllLive() {
        assertThat(living()).containsOnly(true);
    }

    void assertAllEnded() {
        assertThat(living()).containsOnly(false);
    }
}
