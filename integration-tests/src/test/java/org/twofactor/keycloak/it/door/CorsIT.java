package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * Scripts of the client's web origins may call and read; those of others may call nothing, whatever token they have got
 * hold of, and read only what tells nothing of anybody.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorsIT {
    private static final String EVIL = "https://evil.example";
    private static final String OTHER_ORIGIN = "https://other.example.org";

    private final TestRealm realm;

    CorsIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.getClients().stream()
                        .filter(client -> client.getClientId().equals(TestClients.OTHER_APP))
                        .forEach(client -> client.setWebOrigins(List.of(OTHER_ORIGIN))))
                .create();
    }

    @Test
    void S56_aCallFromTheClientsOriginCanBeReadWhateverBecomesOfIt() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        Answer refused = fromApp("GET", "/user/2fa/totp/setup").send();
        assertThat(refused.status()).isEqualTo(405);
        assertThat(fromApp("GET", "/user/2fa").bearer(user.accessToken()).send().status())
                .isEqualTo(200);
        assertReadable(fromApp("GET", "/user/2fa").bearer(user.accessToken()).send());
        assertReadable(fromApp("GET", "/user/2fa").bearer(partial).send());
        assertReadable(fromApp("GET", "/auth/accesstoken/validate")
                .bearer(user.accessToken())
                .send());

        Answer sudoDue =
                fromApp("DELETE", "/user/2fa/totp").bearer(user.accessToken()).send();
        assertThat(sudoDue.message()).isEqualTo("SUDO_TOKEN_REQUIRED");
        assertReadable(sudoDue);
        Answer malformed = fromApp("POST", "/user/2fa/totp/authenticate")
                .bearer(partial)
                .json("{")
                .send();
        assertThat(malformed.status()).isEqualTo(400);
        assertReadable(malformed);
        for (int guess = 0; guess < 5; guess++) {
            Answer wrong =
                    authenticate(TestClients.APP_ORIGIN, partial, user.device().wrongCode());
            assertThat(wrong.status()).isEqualTo(401);
            assertReadable(wrong);
        }
        Answer tooMany =
                authenticate(TestClients.APP_ORIGIN, partial, user.device().wrongCode());
        assertThat(tooMany.status()).isEqualTo(429);
        assertReadable(tooMany);
    }

    @Test
    void S56_eachKindOfTokenIsReadableFromItsClientsOriginAndRefusedFromAnother() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = user.logIn();
        Map.of(
                        "GET /user/2fa", tokens.field("accessToken"),
                        "GET /auth/accesstoken/validate", tokens.field("accessToken"),
                        "POST /user/2fa/totp/setup", tokens.field("sudoToken"),
                        "GET /auth/accesstoken", tokens.field("refreshToken"),
                        "GET /auth/refreshtoken", tokens.field("refreshToken"),
                        "GET /auth/refreshtoken/validate", tokens.field("refreshToken"))
                .forEach((operation, token) -> {
                    String[] words = operation.split(" ", 2);
                    Api.Call good = fromApp(words[0], words[1]).bearer(token);
                    Answer answer = good.send();
                    assertThat(answer.status()).as(operation).isEqualTo(200);
                    assertReadable(answer);
                    assertShut(from(EVIL, realm.api().call(words[0], words[1]))
                            .bearer(token)
                            .send());
                });
        assertShut(from(EVIL, realm.api().get("/user/2fa"))
                .bearer(user.partialToken())
                .send());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                EVIL,
                "null",
                "https://app.example.org",
                "http://app.example.org:8080",
                "http://app.example.org.evil.example",
                "http://evil.example/http://app.example.org",
                "http://APP.EXAMPLE.ORG",
                "http://app.example.org/",
                "*"
            })
    void S56_anOriginThatOnlyLooksLikeTheClientsIsAnother(String origin) {
        String token = realm.accessToken(realm.newUser());
        assertShut(from(origin, realm.api().get("/user/2fa")).bearer(token).send());
    }

    @Test
    void S56_aCallFromAnotherOriginSetsNothingUp() {
        String token = realm.accessToken(realm.newUser());
        assertShut(from(EVIL, realm.api().post("/user/2fa/totp/setup"))
                .bearer(token)
                .json("{}")
                .send());
        assertThat(realm.api()
                        .get("/user/2fa/totp/next-guess")
                        .bearer(token)
                        .send()
                        .message())
                .as("no set-up is under way")
                .isEqualTo("TOTP_UNINITIALIZED");
    }

    @Test
    void S56_aCallFromAnotherOriginSpendsNoCodeAndNoTokenAndRemovesNothing() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        String code = user.device().code();
        assertShut(authenticate(EVIL, partial, code));
        Answer tokens = user.totp(partial, code);
        assertThat(tokens.status()).as("code and token are still good").isEqualTo(200);

        String recoveryCode = user.recoveryCode();
        String sudo = tokens.field("sudoToken");
        assertShut(from(EVIL, realm.api().delete("/user/2fa/totp")).bearer(sudo).send());
        assertShut(from(EVIL, realm.api().post("/user/2fa/recovery-code/reset"))
                .bearer(sudo)
                .json("{}")
                .send());
        assertShut(from(EVIL, realm.api().post("/auth/logout"))
                .bearer(tokens.field("refreshToken"))
                .send());
        assertThat(user.methods().json().required("enabled").booleanValue()).isTrue();
        assertThat(user.recoveryCode(tokens.field("accessToken"), recoveryCode).status())
                .as("the codes are the old ones, and the session is alive")
                .isEqualTo(200);
    }

    @Test
    void S56_wrongCodesFromAnotherOriginAreNoGuesses() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int guess = 0; guess < 6; guess++) {
            assertShut(authenticate(EVIL, user.accessToken(), user.device().wrongCode()));
        }
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S56_logInAsksForTheLoginClientsOriginsAndFromOthersLogsNobodyInAndLooksAtNoPassword() {
        TestUser user = realm.newUser();
        Answer good = from(TestClients.APP_ORIGIN, login(user, user.password())).send();
        assertThat(good.status()).isEqualTo(200);
        assertReadable(good);
        Answer wrong = from(TestClients.APP_ORIGIN, login(user, "wrong")).send();
        assertThat(wrong.message()).isEqualTo("PASSWORD_INCORRECT");
        assertReadable(wrong);

        for (int guess = 0; guess < 6; guess++) {
            assertShut(from(EVIL, login(user, "wrong")).send());
        }
        assertShut(from(OTHER_ORIGIN, login(user, user.password())).send());
        assertThat(realm.user(user).getUserSessions()).hasSize(1);
        assertThat(from(TestClients.APP_ORIGIN, login(user, user.password()))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S56_whoseTokenItIsDecidesWhoseOriginsMayCall() {
        TestUser user = realm.newUser();
        String others = realm.directGrant(TestClients.OTHER_APP, user, Map.of()).field("access_token");
        Answer answer =
                from(OTHER_ORIGIN, realm.api().get("/user/2fa")).bearer(others).send();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).contains(OTHER_ORIGIN);
        assertShut(fromApp("GET", "/user/2fa").bearer(others).send());
        assertShut(from(OTHER_ORIGIN, realm.api().get("/user/2fa"))
                .bearer(realm.accessToken(user))
                .send());
    }

    private Api.Call login(TestUser user, String password) {
        return realm.api().post("/auth/login").json(Map.of("username", user.username(), "password", password));
    }

    private Answer authenticate(String origin, String token, String code) {
        return from(origin, realm.api().post("/user/2fa/totp/authenticate"))
                .bearer(token)
                .json(Map.of("totp", code))
                .send();
    }

    private Api.Call fromApp(String method, String path) {
        return from(TestClients.APP_ORIGIN, realm.api().call(method, path));
    }

    private static Api.Call from(String origin, Api.Call call) {
        return call.header("Origin", origin);
    }

    private static void assertReadable(Answer answer) {
        assertThat(answer.headers().get("access-control-allow-origin")).containsExactly(TestClients.APP_ORIGIN);
        assertThat(answer.header("Access-Control-Expose-Headers").orElse(""))
                .contains("Retry-After", "WWW-Authenticate");
    }

    private static void assertShut(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        assertThat(answer.message()).isEqualTo("CLIENT_NOT_ALLOWED");
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }
}
