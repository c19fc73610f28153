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
import org.twofactor.keycloak.it.api.Contract;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.api.RawHttp;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** The Authorization header holds one bearer token or it is refused, with a challenge that says what is missing. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorizationHeaderIT {
    private final KeycloakServer server;
    private final TestRealm realm;
    private final List<DocumentedOperation> operations;

    AuthorizationHeaderIT(KeycloakServer server, NewRealm newRealm) {
        this.server = server;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.operations = DocumentedOperation.there(realm).stream()
                .filter(DocumentedOperation::takesToken)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "bearer",
                "Basic dXNlcjpwYXNzd29yZA==",
                "Negotiate abc",
                "DPoP abc",
                "token",
                "Bearer abc",
                "Bearer a b",
                "Bearer a,b",
                "Bearer a\tb",
                "Bearer ..",
                "Bearer a.b.c",
                "Bearer a.b",
                "Bearer eyJhbGciOiJub25lIn0.e30.",
                "Bearer 2fa.",
                "Bearer 2fa.abc",
                "Bearer null",
                "Bearer %00",
                "Bearer ' or 1=1 --",
                "Bearer {\"typ\":\"Bearer\"}"
            })
    void S32_S56_aHeaderThatHoldsNoGoodTokenIsOneAndTheSameErrorAtEveryOperation(String header) {
        assertThat(operations).isNotEmpty();
        operations.forEach(operation -> assertInvalid(
                operation,
                realm.api()
                        .call(operation.method(), operation.path())
                        .header("Authorization", header)
                        .send()));
    }

    @Test
    void S32_S56_aTokenOfTenThousandCharactersIsAnInvalidOne() {
        for (String token : List.of(
                "a".repeat(10_000),
                "a.".repeat(5_000),
                "a".repeat(5_000) + "." + "b".repeat(4_998) + ".",
                "2fa." + "a".repeat(10_000))) {
            operations.forEach(operation -> assertInvalid(
                    operation,
                    realm.api()
                            .call(operation.method(), operation.path())
                            .bearer(token)
                            .send()));
        }
    }

    @Test
    void S32_S56_twoAuthorizationHeadersAreNoneEvenIfBothAreGood() {
        String token = realm.accessToken(realm.newUser());
        for (DocumentedOperation operation : operations) {
            for (List<String> headers : List.of(
                    List.of("Bearer " + token, "Bearer " + token),
                    List.of("Bearer " + token, "Basic dXNlcjpwYXNz"),
                    List.of("", "Bearer " + token))) {
                assertInvalid(operation, raw(operation, headers));
            }
        }
    }

    @Test
    void S32_S56_bytesBeyondAsciiMakeNoToken() {
        String token = realm.accessToken(realm.newUser());
        operations.forEach(
                operation -> assertInvalid(operation, raw(operation, List.of("Bearer " + token + "\u00e9"))));
    }

    /** Keycloak's HTTP server refuses them before anybody, with 400, and 431 for a head of more than 64 KiB. */
    @Test
    void S56_controlCharactersAndEndlessHeadersNeverArrive() {
        DocumentedOperation any = operations.get(0);
        for (String evil : List.of("a\u0001b", "a\u0000b", "a\u007fb")) {
            Answer answer = raw(any, List.of("Bearer " + evil));
            assertThat(answer.status()).isIn(400, 401);
            assertThat(answer.mediaType()).isNotEqualTo("text/html");
        }
        Answer tooLong = raw(any, List.of("Bearer " + "a".repeat(70_000)));
        assertThat(tooLong.status()).isEqualTo(431);
        assertThat(tooLong.text()).isEmpty();
    }

    @Test
    void S55_aTokenInTheQueryOrInAFormIsNoToken() {
        String token = realm.accessToken(realm.newUser());
        Answer query = realm.api()
                .get("/user/2fa?access_token=" + token + "&token=" + token + "&Authorization=Bearer%20" + token)
                .send();
        assertThat(query.message()).isEqualTo("NO_TOKEN_PROVIDED");
        Answer form = realm.api()
                .post("/user/2fa/totp/setup")
                .form(Map.of("access_token", token))
                .send();
        assertThat(form.message()).isEqualTo("NO_TOKEN_PROVIDED");
        Answer cookie = realm.api()
                .get("/user/2fa")
                .header("Cookie", "KEYCLOAK_IDENTITY=" + token)
                .send();
        assertThat(cookie.message()).isEqualTo("NO_TOKEN_PROVIDED");
    }

    @Test
    void S32_theSchemeIsBearerInEitherCase() {
        String token = realm.accessToken(realm.newUser());
        for (String scheme : List.of("Bearer", "bearer", "BEARER")) {
            assertThat(realm.api()
                            .get("/user/2fa")
                            .header("Authorization", scheme + " " + token)
                            .send()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void S38_whereASudoTokenIsMissingTheChallengeNamesTheLevelAndTheAgeThatTheSettingsAsk(NewRealm newRealm) {
        TestRealm strict = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        Enrolled user = Enrolled.withTotp(strict);
        assertChallenge(strict, user, 2, 300);
        strict.settings(Map.of("totpLevel", "4", "emailOtpLevel", "3", "recoveryCodeLevel", "5", "sudoLifespan", "77"));
        assertChallenge(strict, user, 3, 77);
        strict.settings(Map.of("methods", "totp"));
        assertChallenge(strict, user, 4, 77);
        strict.settings(Map.of("methods", "email-otp", "emailOtpLevel", "9", "sudoLifespan", "900"));
        assertChallenge(strict, user, 5, 900);
    }

    @Test
    void S38_whatTheChallengeAsksForIsWhatTheSudoTokenThenHas() {
        Enrolled user = Enrolled.withTotp(realm);
        Jwt sudo = Jwt.of(user.sudoToken());
        assertThat(sudo.claim("acr")).isEqualTo("2");
        assertThat(sudo.time("exp")).isEqualTo(sudo.time("iat").plusSeconds(300));
    }

    @Test
    void S38_S56_whereNoTokenIsAskedForTheChallengeHasNoError() {
        Enrolled enrolled = Enrolled.withTotp(realm);
        Answer due = logIn(enrolled.user(), enrolled.user().password());
        assertThat(due.message()).isEqualTo("2FA_REQUIRED");
        Answer wrong = logIn(enrolled.user(), "wrong");
        assertThat(wrong.message()).isEqualTo("PASSWORD_INCORRECT");
        Answer code = enrolled.totp(enrolled.accessToken(), enrolled.device().wrongCode());
        assertThat(code.message()).isEqualTo("TOTP_INVALID");
        for (Answer answer : List.of(due, wrong, code)) {
            assertThat(answer.headers().get("www-authenticate"))
                    .containsExactly("Bearer realm=\"" + realm.name() + "\"");
        }
    }

    private void assertChallenge(TestRealm strict, Enrolled user, int level, int age) {
        for (String operation :
                List.of("POST /user/2fa/totp/setup", "DELETE /user/2fa/totp", "POST /user/2fa/recovery-code/reset")) {
            String[] words = operation.split(" ", 2);
            Answer answer = strict.api()
                    .call(words[0], words[1])
                    .bearer(user.accessToken())
                    .send();
            assertThat(answer.message()).as(operation).isEqualTo("SUDO_TOKEN_REQUIRED");
            String challenge = answer.header("WWW-Authenticate").orElseThrow();
            assertThat(challenge)
                    .startsWith("Bearer realm=\"" + strict.name() + "\", ")
                    .contains("error=\"insufficient_user_authentication\"")
                    .contains("acr_values=\"" + level + "\"")
                    .contains("max_age=\"" + age + "\"");
        }
    }

    private void assertInvalid(DocumentedOperation operation, Answer answer) {
        assertThat(answer.status()).as("%s", operation).isEqualTo(401);
        assertThat(answer.message()).as("%s", operation).isEqualTo("INVALID_TOKEN");
        assertThat(answer.headers().get("www-authenticate"))
                .containsExactly("Bearer realm=\"" + realm.name() + "\", error=\"invalid_token\"");
    }

    private Answer raw(DocumentedOperation operation, List<String> authorizations) {
        RawHttp request = RawHttp.to(
                server.url(), operation.method() + " /realms/" + realm.name() + operation.path() + " HTTP/1.1");
        authorizations.forEach(value -> request.header("Authorization: " + value));
        Answer answer = request.send();
        if (answer.status() == 401) {
            Contract.shipped().check(operation.method(), operation.path(), answer);
        }
        return answer;
    }

    private Answer logIn(TestUser user, String password) {
        Api.Call call = realm.api().post("/auth/login");
        return call.json(Map.of("username", user.username(), "password", password))
                .send();
    }
}
