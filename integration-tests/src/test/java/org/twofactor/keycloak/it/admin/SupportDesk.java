package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.token.AccountRights;

/** Somebody at our part of a realm's admin API, who sees that no answer of it may be kept. */
final class SupportDesk {
    private final TestRealm realm;
    private final String token;
    /** Whom Keycloak does not know, or not here, it refuses before our door. */
    private final boolean comesToOurDoor;

    private SupportDesk(TestRealm realm, String token, boolean comesToOurDoor) {
        this.realm = realm;
        this.token = token;
        this.comesToOurDoor = comesToOurDoor;
    }

    /** A new user of the realm with these roles of Keycloak's own client for administrators. */
    static SupportDesk with(TestRealm realm, String... roles) {
        TestUser agent = realm.newUser();
        AccountRights.of(realm).grant(agent, "realm-management", roles);
        return bearing(realm, realm.accessToken(agent));
    }

    static SupportDesk bearing(TestRealm realm, String token) {
        return new SupportDesk(realm, token, true);
    }

    /** The same person at the same door of another realm. */
    SupportDesk at(TestRealm other) {
        return new SupportDesk(other, token, false);
    }

    Answer state(TestUser user) {
        return call("GET", "/users/" + user.id());
    }

    Answer unlock(TestUser user) {
        return call("DELETE", "/users/" + user.id() + "/locks");
    }

    Answer unlock(TestUser user, String factor) {
        return call("DELETE", "/users/" + user.id() + "/locks/" + factor);
    }

    Answer reset(TestUser user) {
        return call("DELETE", "/users/" + user.id());
    }

    /** The same in a browser of that language. */
    Answer reset(TestUser user, String language) {
        return api("/two-factor")
                .call("DELETE", "/users/" + user.id())
                .bearer(token)
                .header("Accept-Language", language)
                .send();
    }

    Answer summary() {
        return call("GET", "/summary");
    }

    /** @param query with its question mark, or empty */
    Answer users(String query) {
        return call("GET", "/users" + query);
    }

    Answer call(String method, String path) {
        Api.Call call = api("/two-factor").call(method, path);
        Answer answer = (token == null ? call : call.bearer(token)).send();
        if (comesToOurDoor && answer.status() != 401) {
            assertThat(answer.header("cache-control")).as("%s %s", method, path).contains("no-store");
            assertThat(answer.header("x-content-type-options"))
                    .as("%s %s", method, path)
                    .contains("nosniff");
        }
        return answer;
    }

    /** Keycloak's own admin API, to see that ours answers alike. */
    Answer keycloak(String method, String path) {
        return api("").call(method, path).bearer(token).send();
    }

    Answer keycloak(String method, String path, Map<String, ?> body) {
        Answer answer = api("").call(method, path).bearer(token).json(body).send();
        assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
        return answer;
    }

    private Api api(String below) {
        String base = realm.api().base().toString().replace("/realms/", "/admin/realms/");
        return new Api(URI.create(base + below));
    }
}
