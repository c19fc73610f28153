package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.api.Contract;
import org.twofactor.keycloak.it.api.RawHttp;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** Paths that lead nowhere, and realms where nobody may call: one shape, and no way round. */
@KeycloakTest
class PathsIT {
    private final KeycloakServer server;
    private final TestRealm realm;

    PathsIT(KeycloakServer server, TestRealm realm) {
        this.server = server;
        this.realm = realm;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/user",
                "/auth",
                "/v1",
                "/user/",
                "/user/nothing",
                "/user/2FA",
                "/user/2fa/nothing",
                "/user/2fa/totp/nothing",
                "/user/2fa/totp/setup/nothing",
                "/user/2fa/recovery-code",
                "/user/openapi.yaml",
                "/user/email/nothing",
                "/user/password",
                "/user/login",
                "/auth/nothing",
                "/auth/2fa",
                "/auth/login/nothing",
                "/auth/accesstoken/nothing",
                "/v1/auth",
                "/v1/login",
                "/v1/auth/forgot-password/nothing",
                "/user/2fa%20",
                "/user/%3Cscript%3E",
                "/user/2fa%252Ftotp"
            })
    void S55_S56_aPathThatIsNotInTheDocumentIs404WhateverTheMethod(String path) {
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            Answer answer = realm.api().call(method, path).send();
            // Api does not look at OPTIONS.
            Contract.shipped().check(method.equals("OPTIONS") ? "GET" : method, path, answer);
            assertThat(answer.status()).as("%s %s", method, path).isEqualTo(404);
            assertThat(answer.message()).isEqualTo("NOT_FOUND");
        }
    }

    @Test
    void S56_aVeryLongPathIs404AsAnyOther() {
        assertThat(realm.api().get("/user/" + "a".repeat(3000)).send().status()).isEqualTo(404);
        assertThat(realm.api().get("/user" + "/a".repeat(1000)).send().status()).isEqualTo(404);
    }

    @Test
    void S56_anEncodedSlashPartsNoSegments() {
        Map.of("/user/2fa%2Ftotp", "DELETE", "/auth/accesstoken%2fvalidate", "GET", "/user/2fa%2f", "GET")
                .forEach((path, method) -> {
                    Answer answer = realm.api().call(method, path).send();
                    assertThat(answer.status()).as(path).isEqualTo(404);
                });
    }

    /**
     * Keycloak refuses these before us, with 400 and a body of its own: "Request path not normalized" for the first
     * four, "Request path contains invalid character ';'" for the next, "Blocking invalid query parameter value" for
     * the one after; the rest Netty refuses, with none. The last two are for its own 404: of the provider "USER", which
     * there is not, and "user/2fa" in one.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/realms/REALM/user//2fa", "/realms/REALM//user/2fa", "/realms/REALM/user/%2e%2e/user/2fa",
                "/realms/REALM/user/%32fa", "/realms/REALM/user/2fa;a=b", "/realms/REALM/user/2fa?a=%00",
                "/realms/REALM/user/2fa%", "/realms/REALM/user/2fa%zz", "/realms/REALM/user/2fa?a=%zz",
                "/realms/REALM/user/2fa\\totp", "/realms/REALM/user/2fa?a=<b>", "/realms/REALM/user/../user/2fa",
                "/realms/REALM/USER/2fa", "/realms/REALM/user%2F2fa"
            })
    void S56_aPathThatTriesToFoolSomebodyNeitherArrivesNorBreaksAnything(String path) {
        String token = realm.accessToken(realm.newUser());
        Answer answer = RawHttp.to(server.url(), "GET " + path.replace("REALM", realm.name()) + " HTTP/1.1")
                .header("Authorization: Bearer " + token)
                .send();
        assertThat(answer.status()).isIn(400, 404);
        assertNoPageAndNoTrace(answer);
        assertThat(answer.text()).doesNotContain("enabled");
    }

    /** Keycloak's own answer: {@code {"error":"Realm does not exist"}}. There is no realm whose API it would be. */
    @Test
    void S56_anUnknownRealmIsKeycloaksOwn404() {
        Api nowhere = new Api(server.url().resolve("/realms/it-no-such-realm"));
        for (String path : List.of("/user/2fa", "/auth/accesstoken", "/v1/auth/forgot-password")) {
            Answer answer = nowhere.get(path).unchecked().send();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.mediaType()).isEqualTo("application/json");
            assertNoPageAndNoTrace(answer);
        }
    }

    @Test
    void S25_S56_aRealmThatIsDisabledRefusesEverybodyAtEveryOperation(NewRealm newRealm) {
        TestRealm disabled = newRealm.create();
        TestUser user = disabled.newUser();
        Answer tokens = disabled.directGrant(user);
        assertThat(forEachOperation(disabled, user, tokens)).isNotEmpty().doesNotContain("403 CLIENT_NOT_ALLOWED");
        tokens = disabled.directGrant(user);
        disabled.update(it -> it.setEnabled(false));
        assertThat(forEachOperation(disabled, user, tokens)).isNotEmpty().containsOnly("403 CLIENT_NOT_ALLOWED");
        assertThat(disabled.user(user).getUserSessions()).hasSize(2);
    }

    /** From loopback too: whoever sets "all" means it. What a proxy says of it counts only where one is trusted. */
    @Test
    void S56_whereTheRealmDemandsHttpsEveryOperationDoes(NewRealm newRealm) {
        TestRealm strict = newRealm.create();
        TestUser user = strict.newUser();
        Answer tokens = strict.directGrant(user);
        strict.update(it -> it.setSslRequired("all"));
        assertThat(forEachOperation(strict, user, tokens)).isNotEmpty().containsOnly("400 HTTPS required");
        assertThat(strict.user(user).getUserSessions()).hasSize(1);
        assertThat(strict.api()
                        .get("/user/2fa")
                        .bearer(tokens.field("access_token"))
                        .header("X-Forwarded-Proto", "https")
                        .header("Forwarded", "proto=https")
                        .send()
                        .message())
                .isEqualTo("HTTPS required");

        strict.update(it -> it.setSslRequired("external"));
        assertThat(strict.api()
                        .get("/user/2fa")
                        .bearer(tokens.field("access_token"))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    /** What each operation of this release says to somebody who has all that it asks for. */
    private static List<String> forEachOperation(TestRealm realm, TestUser user, Answer tokens) {
        return DocumentedOperation.there(realm).stream()
                .map(operation -> {
                    Api.Call call = realm.api().call(operation.method(), operation.path());
                    if (operation.path().equals("/auth/login")) {
                        call.json(Map.of("username", user.username(), "password", user.password()));
                    } else {
                        call.bearer(tokens.field(operation.takesRefreshToken() ? "refresh_token" : "access_token"));
                    }
                    Answer answer = call.send();
                    return answer.status() < 400 ? answer.status() + "" : answer.status() + " " + answer.message();
                })
                .toList();
    }

    private static void assertNoPageAndNoTrace(Answer answer) {
        assertThat(answer.mediaType()).isNotEqualTo("text/html");
        assertThat(answer.text()).doesNotContainIgnoringCase("<html").doesNotContain("\tat ", "Exception");
    }
}
