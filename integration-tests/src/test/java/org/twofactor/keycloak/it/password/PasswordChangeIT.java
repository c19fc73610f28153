package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.login.Locked;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Whoever is logged in changes the password by the old one. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasswordChangeIT {
    private static final int FREE_GUESSES = 5;

    private final TestRealm realm;
    private final Inbox inbox;
    private final PasswordCalls calls;

    PasswordChangeIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .create();
        this.inbox = inbox;
        this.calls = new PasswordCalls(realm, inbox);
    }

    @Test
    void S42_S51_theOthersSessionsEndThisOneGoesOnAndTheUserIsTold() {
        TestUser user = realm.newUser();
        Sessions others = Sessions.of(realm, user);
        Sessions.Login own = Sessions.Login.of(realm, TestClients.APP, user, Map.of());
        String password = newPassword();
        assertNothingToSay(calls.change(own.accessToken(), user.password(), password));
        others.assertAllEnded();
        assertThat(own.lives(realm)).isTrue();
        assertThat(realm.api().get("/user/2fa").bearer(own.accessToken()).send().status())
                .isEqualTo(200);
        assertThat(calls.logIn(user, user.password()).message()).isEqualTo("PASSWORD_INCORRECT");
        assertThat(calls.logIn(user, password).status()).isEqualTo(200);

        Mail notice = inbox.next(user.email());
        assertThat(notice.subject()).contains("your password was changed");
        assertThat(notice.text())
                .contains("Account: " + user.username(), "App: app", "IP address: 127.0.0.1", "If this was not you")
                .containsPattern("Time: .*20\\d\\d.* UTC");
        assertThat(notice.source()).doesNotContain(password, user.password());
    }

    @Test
    void S42_anOfflineSessionOfThisLogInDoesNotTakeItAlong() {
        TestUser user = realm.newUser();
        Sessions.Login own = Sessions.Login.of(realm, TestClients.APP, user, Map.of("scope", "openid offline_access"));
        String password = newPassword();
        assertNothingToSay(calls.change(own.accessToken(), user.password(), password));
        assertThat(own.lives(realm)).isTrue();
    }

    @Test
    void S42_theRealmCanLetSessionsStay(NewRealm newRealm) {
        TestRealm lenient = newRealm.settings(Map.of("endOtherSessions", "false", "notices", "false"))
                .create();
        TestUser user = lenient.newUser();
        Sessions others = Sessions.of(lenient, user);
        assertNothingToSay(
                new PasswordCalls(lenient, inbox).change(lenient.accessToken(user), user.password(), newPassword()));
        others.assertAllLive();
    }

    @Test
    void S33_withASecondFactorOnItTakesASudoTokenAndEndsThoseOnTheWay() {
        Enrolled user = Enrolled.withTotp(realm);
        String old = user.user().password();
        String password = newPassword();
        Answer access = calls.change(user.accessToken(), old, password);
        assertThat(access.message()).isEqualTo("SUDO_TOKEN_REQUIRED");
        String partial = user.partialToken();
        assertThat(calls.change(partial, old, password).message()).isEqualTo("INVALID_TOKEN");

        String sudo = user.sudoToken();
        String otherSudo = user.logIn().field("sudoToken");
        assertNothingToSay(calls.change(sudo, old, password));
        for (String dead : List.of(sudo, otherSudo)) {
            assertThat(calls.change(dead, password, newPassword()).message()).isEqualTo("INVALID_TOKEN");
        }
        assertThat(user.totp(partial, user.device().code()).message()).isEqualTo("INVALID_TOKEN");
        assertThat(user.methods().status()).as("this session goes on").isEqualTo(200);
        assertThat(calls.logIn(user.user(), password).message()).isEqualTo("2FA_REQUIRED");
    }

    @Test
    void S16_S21_S67_wrongOldPasswordsAndWrongLogInsOfOneDeviceAreOneCount(ServerClock clock) {
        TestUser user = realm.newUser();
        // Tokens count whole seconds, and show nothing in the one of the password.
        clock.advance(Duration.ofSeconds(2));
        String token = realm.accessToken(user);
        for (int guess = 0; guess < FREE_GUESSES; guess++) {
            Answer wrong = guess % 2 == 0 ? calls.change(token, "wrong", newPassword()) : logIn(user, "wrong", token);
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.message()).isEqualTo("PASSWORD_INCORRECT");
        }
        Answer change = calls.change(token, user.password(), newPassword());
        for (Answer blocked : List.of(change, logIn(user, user.password(), token))) {
            assertThat(blocked.status()).isEqualTo(429);
            assertThat(blocked.message()).isEqualTo("TOO_MANY_FAILED_PASSWORD_CHECKS");
            assertThat(blocked.retryAfter()).isBetween(20, 30);
        }
        clock.advance(Duration.ofSeconds(change.retryAfter()));
        String password = newPassword();
        assertNothingToSay(calls.change(token, user.password(), password));
        for (int guess = 0; guess < FREE_GUESSES; guess++) {
            assertThat(calls.change(token, "wrong", newPassword()).status())
                    .as("a right one has begun the count anew")
                    .isEqualTo(401);
        }
    }

    /** From the device to which the token was given. */
    private Answer logIn(TestUser user, String password, String token) {
        return realm.api()
                .post("/auth/login")
                .bearer(token)
                .json(Map.of("username", user.username(), "password", password))
                .send();
    }

    @Test
    void S26_wrongOldPasswordsCountInTheRealmsOwnDetection(NewRealm newRealm) {
        TestRealm guarded = newRealm.bruteForce(2).create();
        PasswordCalls there = new PasswordCalls(guarded, inbox);
        TestUser user = guarded.newUser();
        String token = guarded.accessToken(user);
        there.change(token, "wrong", newPassword());
        there.change(token, "wrong", newPassword());
        Locked.await(guarded, user);
        assertThat(there.change(token, user.password(), newPassword()).message())
                .isEqualTo("INVALID_TOKEN");
    }

    @Test
    void aUserWithoutAPasswordIsToldSo() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        realm.user(user).credentials().forEach(credential -> realm.user(user).removeCredential(credential.getId()));
        Answer answer = calls.change(token, user.password(), newPassword());
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.message()).isEqualTo("NO_PASSWORD_INFO");
    }

    @Test
    void aPasswordInADirectoryThatCannotBeWrittenStaysAsItIs() {
        realm.addDirectory();
        TestUser user = TestRealm.directoryUser();
        Sessions.Login own = Sessions.Login.of(realm, TestClients.APP, user, Map.of());
        Sessions.Login other = Sessions.Login.of(realm, TestClients.APP, user, Map.of());
        assertThat(calls.change(own.accessToken(), "wrong", newPassword()).message())
                .isEqualTo("PASSWORD_INCORRECT");
        Answer answer = calls.change(own.accessToken(), user.password(), newPassword());
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("PASSWORD_READ_ONLY");
        assertThat(other.lives(realm)).as("nothing has changed").isTrue();
        assertThat(calls.logIn(user, user.password()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {}                                                  | body must have required property 'oldPassword'
            {"oldPassword":"x"}                                 | body must have required property 'newPassword'
            {"oldPassword":"","newPassword":"Good-Enough-1"}    | body/oldPassword must NOT have fewer than 1 characters
            {"oldPassword":1,"newPassword":"Good-Enough-1"}     | body/oldPassword must be string
            {"oldPassword":"x","newPassword":"Short-1"}         | body/newPassword must NOT have fewer than 8 characters
            {"oldPassword":"x","newPassword":"UPPER-CASE-1"}    | Password must contain at least one lowercase character
            """)
    void S56_aMalformedChangeIsSaidSoAndIsNoGuess(String body, String sentence) {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        for (int call = 0; call <= FREE_GUESSES; call++) {
            Answer answer = realm.api()
                    .put("/user/password/old-password")
                    .bearer(token)
                    .json(body)
                    .send();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message()).isEqualTo(sentence);
        }
        assertThat(calls.logIn(user, user.password()).status()).isEqualTo(200);
    }
}
