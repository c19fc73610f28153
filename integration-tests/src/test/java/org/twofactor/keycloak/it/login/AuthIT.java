package org.twofactor.keycloak.it.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** {@code /auth}: password in, refresh token out, and what can be done with one. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthIT {
    private final TestRealm realm;

    AuthIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @Test
    void aUserWithout2faGoesAllTheWay() {
        TestUser user = realm.newUser();
        Answer login = login(user.username(), user.password());
        assertThat(login.status()).as(login.text()).isEqualTo(200);
        assertThat(login.mediaType()).isEqualTo("text/plain");
        String refresh = login.text();
        assertThat(Jwt.of(refresh).claim("typ")).isEqualTo("Refresh");

        String access = get("/auth/accesstoken", refresh).text();
        assertThat(Jwt.of(access).claim("typ")).isEqualTo("Bearer");
        assertThat(get("/auth/accesstoken/validate", access).field("userId")).isEqualTo(user.id());
        assertThat(get("/auth/refreshtoken/validate", refresh).field("userId")).isEqualTo(user.id());
        String renewed = get("/auth/refreshtoken", refresh).text();
        assertThat(Jwt.of(renewed).claim("typ")).isEqualTo("Refresh");
        assertThat(realm.api()
                        .get("/protocol/openid-connect/userinfo")
                        .bearer(access)
                        .send()
                        .field("sub"))
                .isEqualTo(user.id());
        assertThat(realm.user(user).getUserSessions()).hasSize(1);

        Answer out = realm.api().post("/auth/logout").bearer(renewed).send();
        assertThat(out.status()).isEqualTo(204);
        assertThat(realm.user(user).getUserSessions()).isEmpty();
        for (String path : List.of("/auth/accesstoken", "/auth/refreshtoken", "/auth/refreshtoken/validate")) {
            assertThat(get(path, renewed).message()).isEqualTo("INVALID_TOKEN");
        }
        assertThat(get("/auth/accesstoken/validate", access).message()).isEqualTo("INVALID_TOKEN");
    }

    @Test
    void aContentTypeWhereThereIsNoBodyIsNoHindrance() {
        TestUser user = realm.newUser();
        String refresh = login(user.username(), user.password()).text();
        for (String path : List.of("/auth/accesstoken", "/auth/refreshtoken")) {
            for (String header : List.of("Content-Type", "content-type")) {
                Answer answer = realm.api()
                        .get(path)
                        .bearer(refresh)
                        .header(header, "application/json")
                        .send();
                assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            }
        }
        assertThat(realm.api()
                        .post("/auth/logout")
                        .bearer(refresh)
                        .header("Content-Type", "application/json")
                        .send()
                        .status())
                .isEqualTo(204);
    }

    @Test
    void theEmailAddressIsANameToo() {
        TestUser user = realm.newUser();
        assertThat(login(user.email(), user.password()).status()).isEqualTo(200);
    }

    @Test
    void S35_withTwoFactorOnThereAreNoTokensAndNoSession() {
        Enrolled user = Enrolled.withTotp(realm);
        int sessions = realm.user(user.user()).getUserSessions().size();
        Answer login = login(user.user().username(), user.user().password());
        assertThat(login.status()).isEqualTo(401);
        assertThat(login.message()).isEqualTo("2FA_REQUIRED");
        assertThat(login.json().get("methods")).hasToString("[\"totp\",\"recovery-code\"]");
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
    }

    @Test
    void S35_aSecondFactorThatWeCannotAskForStillKeepsTheDoorShut() {
        TestUser user = realm.newUser();
        realm.update(user, it -> it.setCredentials(List.of(securityKey())));
        Answer login = login(user.username(), user.password());
        assertThat(login.message()).isEqualTo("2FA_REQUIRED");
        assertThat(login.json().get("methods")).hasToString("[]");
        Answer grant = realm.directGrant(user);
        assertThat(grant.field("error")).isEqualTo("mfa_required");
        assertThat(realm.directGrant("app", user, Map.of("totp", "123456")).field("error"))
                .isEqualTo("invalid_grant");
    }

    @Test
    void wrongPasswordUnknownUserDisabledUserAndOneWithoutPasswordAreOneAnswer() {
        TestUser known = realm.newUser();
        TestUser disabled = realm.newUser();
        realm.update(disabled, it -> it.setEnabled(false));
        TestUser withoutPassword = realm.newUser(it -> it.setCredentials(List.of()));
        List<Answer> answers = List.of(
                login(known.username(), "wrong"),
                login("nobody-at-all", "wrong"),
                login(disabled.username(), disabled.password()),
                login(withoutPassword.username(), "wrong"));
        assertThat(answers.stream().map(Answer::text).distinct()).hasSize(1);
        assertThat(answers.get(0).message()).isEqualTo("PASSWORD_INCORRECT");
    }

    @Test
    void S16_aNameThatNobodyHasWaitsAsAUserDoes() {
        TestUser user = realm.newUser();
        for (String name : List.of(user.username(), "nobody-" + user.username())) {
            for (int guess = 0; guess < 5; guess++) {
                assertThat(login(name, "wrong").status()).isEqualTo(401);
            }
            Answer blocked = login(name, "wrong");
            assertThat(blocked.status()).isEqualTo(429);
            assertThat(blocked.retryAfter()).isBetween(1, 30);
        }
    }

    /** As Keycloak finds them: or the sixth guess, spelt otherwise, would tell whether there is such a user. */
    @Test
    void S27_anySpellingOfANameIsOneCount() {
        TestUser user = realm.newUser();
        for (String name : List.of(user.username(), "nobody-" + user.username())) {
            for (int guess = 0; guess < 5; guess++) {
                assertThat(login(name, "wrong").status()).isEqualTo(401);
            }
            for (String same : List.of(name.toUpperCase(Locale.ROOT), " " + name)) {
                assertThat(login(same, "wrong").status()).as(same).isEqualTo(429);
            }
        }
    }

    @Test
    void S19_passwordGuessesWaitAQuarterOfAnHourAtMostAndNeverLock(ServerClock clock) {
        TestUser user = realm.newUser();
        int longest = 0;
        for (int guess = 0; guess < 30; guess++) {
            Answer answer = login(user.username(), "wrong");
            if (answer.status() == 429) {
                longest = Math.max(longest, answer.retryAfter());
                clock.advance(Duration.ofSeconds(answer.retryAfter()));
            }
        }
        assertThat(longest).isEqualTo(900);
        clock.advance(Duration.ofMinutes(15));
        assertThat(login(user.username(), user.password()).status()).isEqualTo(200);
    }

    @Test
    void S25_S26_wrongCodesLockTheUserInTheRealmsOwnDetectionAndNothingOpensThen(NewRealm newRealm) {
        TestRealm guarded = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .bruteForce(3)
                .create();
        Enrolled user = Enrolled.withTotp(guarded);
        String partial = user.partialToken();
        for (int guess = 0; guess < 3; guess++) {
            user.totp(user.accessToken(), user.device().wrongCode());
        }
        Locked.await(guarded, user.user());
        assertThat(user.totp(partial, user.device().code()).message()).isEqualTo("INVALID_TOKEN");
        assertThat(user.totp(user.accessToken(), user.device().code()).message())
                .isEqualTo("INVALID_TOKEN");
        assertThat(guarded.api()
                        .post("/auth/login")
                        .json(Map.of(
                                "username", user.user().username(),
                                "password", user.user().password()))
                        .send()
                        .message())
                .isEqualTo("PASSWORD_INCORRECT");
        assertThat(guarded.directGrant(user.user()).status()).isBetween(400, 401);
    }

    private Answer get(String path, String token) {
        return realm.api().get(path).bearer(token).send();
    }

    private Answer login(String username, String password) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", username, "password", password))
                .send();
    }

    private static org.keycloak.representations.idm.CredentialRepresentation securityKey() {
        var key = new org.keycloak.representations.idm.CredentialRepresentation();
        key.setType("webauthn");
        key.setUserLabel("a key");
        key.setSecretData("{}");
        key.setCredentialData("{\"aaguid\":\"a\",\"credentialId\":\"b\",\"counter\":0,\"credentialPublicKey\":\"c\"}");
        return key;
    }
}
