package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/** What scripts of any origin may read: which methods there are, and errors that tell nothing of anybody. */
@KeycloakTest
class PreflightIT {
    private static final String EVIL = "https://evil.example";

    private final TestRealm realm;

    PreflightIT(TestRealm realm) {
        this.realm = realm;
    }

    @Test
    void S55_aPreflightOfAnyOriginLearnsTheMethodsAndHeadersOfEachPathAndNeedsNoToken() {
        Map<String, Set<String>> paths = DocumentedOperation.paths(realm);
        assertThat(paths).hasSizeGreaterThan(20);
        paths.forEach((path, methods) -> {
            for (String origin : List.of(TestClients.APP_ORIGIN, EVIL)) {
                Answer answer = from(origin, realm.api().call("OPTIONS", path))
                        .header(
                                "Access-Control-Request-Method",
                                methods.iterator().next())
                        .header("Access-Control-Request-Headers", "authorization, content-type")
                        .send();
                assertThat(answer.status()).as(path).isEqualTo(200);
                assertThat(answer.text()).isEmpty();
                assertThat(answer.header("Access-Control-Allow-Origin")).contains(origin);
                assertThat(list(answer, "Access-Control-Allow-Methods"))
                        .as(path)
                        .isEqualTo(methods);
                assertThat(list(answer, "Access-Control-Allow-Headers")).contains("authorization", "content-type");
                assertThat(answer.header("Cache-Control")).contains("no-store");
                assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
            }
        });
    }

    @Test
    void S56_aPreflightOfAPathThatIsNotThereIs404() {
        for (String path : List.of("/user/nothing", "/user/2fa%2Ftotp", "/auth", "/v1/nothing")) {
            Answer answer = from(EVIL, realm.api().call("OPTIONS", path)).send();
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.message()).isEqualTo("NOT_FOUND");
        }
    }

    @Test
    void S56_errorsThatTellNothingOfAnybodyCanBeReadFromAnywhereButWithoutCookies() {
        for (String origin : List.of(TestClients.APP_ORIGIN, EVIL, "null")) {
            for (Answer answer : List.of(
                    from(origin, realm.api().get("/user/2fa")).send(),
                    from(origin, realm.api().get("/user/2fa")).bearer("wrong").send(),
                    from(origin, realm.api().get("/auth/accesstoken"))
                            .bearer("wrong")
                            .send(),
                    from(origin, realm.api().post("/user/2fa/totp/setup"))
                            .bearer("2fa.wrong")
                            .send(),
                    from(origin, realm.api().put("/user/2fa")).send(),
                    from(origin, realm.api().get("/user/nothing")).send(),
                    from(origin, realm.api().post("/user/email/initiate")).send())) {
                assertThat(answer.status()).isIn(400, 401, 404, 405);
                assertThat(answer.header("Access-Control-Allow-Origin")).contains(origin);
                assertThat(answer.header("Access-Control-Allow-Credentials")).isNotEqualTo(Optional.of("true"));
                assertThat(list(answer, "Access-Control-Expose-Headers")).contains("www-authenticate", "retry-after");
            }
        }
        assertThat(from(EVIL, realm.api().get("/user/openapi.json")).send().header("Access-Control-Allow-Origin"))
                .contains("*");
    }

    @Test
    void S56_withoutAnOriginThereAreNoCorsHeaders() {
        String token = realm.accessToken(realm.newUser());
        for (Answer answer : List.of(
                realm.api().get("/user/2fa").bearer(token).send(),
                realm.api().get("/user/2fa").send(),
                realm.api().get("/user/nothing").send())) {
            assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
        }
    }

    private static Api.Call from(String origin, Api.Call call) {
        return call.header("Origin", origin);
    }

    /** In lower case, but for methods. */
    private static Set<String> list(Answer answer, String header) {
        Set<String> items = new TreeSet<>();
        for (String item : answer.header(header).orElse("").split(", *", -1)) {
            items.add(header.endsWith("Methods") ? item : item.toLowerCase(Locale.ROOT));
        }
        return items;
    }
}
