package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Strangers do not keep a user out of a device on which the user has logged in before. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnownDeviceIT {
    private static final int FREE_GUESSES = 5;
    private static final int STRANGERS_GUESSES = 10;
    private static final int RESETS = 3;
    private static final String COOKIE = "TWO_FACTOR_KNOWN_";

    private final TestRealm realm;
    private final Inbox inbox;
    private final PasswordCalls calls;

    KnownDeviceIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0", "resetMailsPerHour", String.valueOf(RESETS)))
                .create();
        this.inbox = inbox;
        this.calls = new PasswordCalls(realm, inbox);
    }

    /** A header by which a device shows itself. */
    private record Proof(String header, String value) {
        static Proof cookie(String cookie) {
            return new Proof("Cookie", cookie);
        }

        static Proof token(String token) {
            return new Proof("Authorization", "Bearer " + token);
        }
    }

    /** A user who has a password since more than a second: tokens tell no finer. */
    private TestUser newUser(ServerClock clock) {
        TestUser user = realm.newUser();
        clock.advance(Duration.ofSeconds(2));
        return user;
    }

    private Proof cookieOf(TestUser user) {
        Answer login = calls.logIn(user, user.password());
        assertThat(login.status()).as(login.text()).isEqualTo(200);
        return Proof.cookie(cookies(login).get(0).split(";", 2)[0]);
    }

    private static List<String> cookies(Answer answer) {
        return answer.headers().getOrDefault("set-cookie", List.of()).stream()
                .filter(cookie -> cookie.startsWith(COOKIE))
                .toList();
    }

    private Answer logIn(TestUser user, String password, Proof proof) {
        return realm.api()
                .post("/auth/login")
                .header(proof.header(), proof.value())
                .json(Map.of("username", user.username(), "password", password))
                .send();
    }

    private Answer send(String address, Proof proof) {
        return realm.api()
                .post("/user/password/reset/send")
                .header(proof.header(), proof.value())
                .json(Map.of("email", address))
                .send();
    }

    private Answer validate(String address, String code, Proof proof) {
        return realm.api()
                .post("/user/password/reset/validate")
                .header(proof.header(), proof.value())
                .json(Map.of("email", address, "otp", code))
                .send();
    }

    private void strangersGuess(TestUser user) {
        for (int guess = 0; guess < STRANGERS_GUESSES; guess++) {
            calls.logIn(user, "wrong");
        }
        assertThat(calls.logIn(user, user.password()).status()).isEqualTo(429);
    }

    private Map<String, Proof> proofsOf(TestUser user) {
        Map<String, Proof> proofs = new LinkedHashMap<>();
        proofs.put("cookie of REST", cookieOf(user));
        HttpBrowser browser = HttpBrowser.withPassword(realm, user);
        assertThat(browser.loggedIn()).isTrue();
        proofs.put("cookie of a browser", Proof.cookie(browser.cookies(COOKIE).get(0)));
        Answer tokens = realm.directGrant(user);
        proofs.put("access token", Proof.token(tokens.field("access_token")));
        proofs.put("refresh token", Proof.token(realm.directGrant(user).field("refresh_token")));
        proofs.put(
                "offline token",
                Proof.token(realm.directGrant(TestClients.APP, user, Map.of("scope", "openid offline_access"))
                        .field("refresh_token")));
        return proofs;
    }

    @Test
    void S67_wrongPasswordsFromOutsideKeepNoKnownDeviceOutAndItsOwnAreCountedApart(ServerClock clock) {
        TestUser user = newUser(clock);
        Map<String, Proof> proofs = proofsOf(user);
        clock.advance(Duration.ofDays(89));
        strangersGuess(user);
        proofs.forEach(
                (what, proof) -> assertThat(logIn(user, user.password(), proof).status())
                        .as(what)
                        .isEqualTo(200));
        assertThat(calls.logIn(user, user.password()).status())
                .as("strangers gain nothing by the user's own log-ins")
                .isEqualTo(429);
        proofs.forEach((what, proof) -> {
            for (int guess = 0; guess < FREE_GUESSES; guess++) {
                assertThat(logIn(user, "wrong", proof).status()).as(what).isEqualTo(401);
            }
            assertThat(logIn(user, user.password(), proof).status()).as(what).isEqualTo(429);
        });
    }

    @Test
    void S67_aProofEndsWithThePasswordAndAfterNinetyDays(ServerClock clock) {
        TestUser user = newUser(clock);
        Map<String, Proof> proofs = proofsOf(user);
        clock.advance(Duration.ofDays(90).plusSeconds(5));
        strangersGuess(user);
        proofs.forEach(
                (what, proof) -> assertThat(logIn(user, user.password(), proof).status())
                        .as(what)
                        .isEqualTo(429));

        TestUser another = newUser(clock);
        Map<String, Proof> earlier = proofsOf(another);
        String password = newPassword();
        clock.advance(Duration.ofSeconds(2));
        assertNothingToSay(calls.change(realm.accessToken(another), another.password(), password));
        for (int guess = 0; guess < STRANGERS_GUESSES; guess++) {
            calls.logIn(another, "wrong");
        }
        earlier.forEach((what, proof) ->
                assertThat(logIn(another, password, proof).status()).as(what).isEqualTo(429));
    }

    @Test
    void S67_nothingElseIsAProof(ServerClock clock, NewRealm newRealm) {
        Enrolled enrolled = Enrolled.withTotp(realm);
        TestUser user = enrolled.user();
        clock.advance(Duration.ofSeconds(40));
        String partial = enrolled.partialToken();
        Answer tokens = enrolled.logIn();
        TestUser other = newUser(clock);
        String cookie = cookies(tokens).get(0).split(";", 2)[0];
        String name = cookie.split("=", 2)[0];
        Map<String, Proof> notOurs = new LinkedHashMap<>();
        notOurs.put("partial token", Proof.token(partial));
        notOurs.put("sudo token", Proof.token(tokens.field("sudoToken")));
        notOurs.put("another user's cookie", cookieOf(other));
        notOurs.put("another user's token", Proof.token(realm.accessToken(other)));
        notOurs.put("cut", Proof.cookie(cookie.substring(0, cookie.length() - 2)));
        notOurs.put("nonsense", Proof.cookie(name + "=a.b"));
        notOurs.put("access token with another signature", Proof.token(tokens.field("accessToken") + "x"));
        TestRealm elsewhere = newRealm.create();
        TestUser namesake = elsewhere.newUser();
        notOurs.put("another realm's token", Proof.token(elsewhere.accessToken(namesake)));
        notOurs.put(
                "another realm's cookie",
                Proof.cookie(cookies(new PasswordCalls(elsewhere, inbox).logIn(namesake, namesake.password()))
                        .get(0)
                        .split(";", 2)[0]));
        strangersGuess(user);
        notOurs.forEach(
                (what, proof) -> assertThat(logIn(user, user.password(), proof).status())
                        .as(what)
                        .isEqualTo(429));
        assertThat(logIn(user, user.password(), Proof.cookie(cookie)).message()).isEqualTo("2FA_REQUIRED");
        assertThat(logIn(user, user.password(), Proof.token(tokens.field("accessToken")))
                        .message())
                .isEqualTo("2FA_REQUIRED");
    }

    @Test
    void S67_theCookieComesWithTheLastFactorAndTellsNothing(ServerClock clock) {
        Enrolled enrolled = Enrolled.withTotp(realm);
        clock.advance(Duration.ofSeconds(40));
        TestUser user = enrolled.user();
        assertThat(cookies(calls.logIn(user, user.password())))
                .as("half a log-in")
                .isEmpty();
        assertThat(cookies(
                        enrolled.totp(enrolled.accessToken(), enrolled.device().code())))
                .as("no log-in")
                .isEmpty();
        clock.advance(Duration.ofSeconds(40));
        List<String> given = cookies(enrolled.logIn());
        assertThat(given).hasSize(1);
        assertThat(given.get(0))
                .contains("HttpOnly", "SameSite=Strict", "Path=/realms/" + realm.name() + "/")
                .containsIgnoringCase("Max-Age=" + Duration.ofDays(90).toSeconds())
                .doesNotContain(user.id(), user.username());
        assertThat(given.get(0).split("=", 2)[0]).matches(COOKIE + "[0-7]");
    }

    @Test
    void S67_wrongPasswordsFromOutsideKeepNobodyFromChangingTheirs(ServerClock clock) {
        TestUser user = newUser(clock);
        String token = realm.accessToken(user);
        strangersGuess(user);
        for (int guess = 0; guess < FREE_GUESSES; guess++) {
            assertThat(calls.change(token, "wrong", newPassword()).message()).isEqualTo("PASSWORD_INCORRECT");
        }
        Answer blocked = calls.change(token, user.password(), newPassword());
        assertThat(blocked.message()).isEqualTo("TOO_MANY_FAILED_PASSWORD_CHECKS");
        assertNothingToSay(calls.change(realm.accessToken(user), user.password(), newPassword()));
    }

    @Test
    void S67_resetsThatStrangersAskForUseUpNoneOfAKnownDevices(ServerClock clock) {
        TestUser user = newUser(clock);
        Proof proof = cookieOf(user);
        Proof byToken = Proof.token(realm.directGrant(user).field("refresh_token"));
        for (int mail = 0; mail < RESETS; mail++) {
            assertNothingToSay(calls.send(user.email()));
        }
        assertThat(calls.send(user.email()).status()).isEqualTo(429);
        inbox.await(user.email(), RESETS);
        for (int mail = 0; mail < RESETS; mail++) {
            assertNothingToSay(send(user.email(), proof));
        }
        assertThat(send(user.email(), proof).status()).as("its own").isEqualTo(429);
        assertThat(inbox.await(user.email(), 2 * RESETS)).hasSize(2 * RESETS);
        assertNothingToSay(send(user.email(), byToken));
        assertThat(inbox.await(user.email(), 2 * RESETS + 1)).hasSize(2 * RESETS + 1);
        // For anybody else's address the proof is none.
        String unknown = "nobody-" + user.email();
        String other = realm.newUser().email();
        for (String address : List.of(unknown, other)) {
            for (int mail = 0; mail < RESETS; mail++) {
                assertNothingToSay(send(address, proof));
            }
            assertThat(send(address, byToken).status()).as(address).isEqualTo(429);
        }
    }

    @Test
    void S67_wrongCodesFromOutsideKillNoCodeForAKnownDevice(ServerClock clock) {
        TestUser user = newUser(clock);
        Proof proof = cookieOf(user);
        String code = calls.sentCode(user);
        for (int guess = 0; guess < FREE_GUESSES; guess++) {
            assertWrongCode(calls.validate(user.email(), otherThan(code)));
        }
        assertWrongCode(calls.validate(user.email(), code));
        assertNothingToSay(validate(user.email(), code, proof));
        for (int guess = 0; guess < FREE_GUESSES; guess++) {
            assertWrongCode(validate(user.email(), otherThan(code), proof));
        }
        assertWrongCode(validate(user.email(), code, proof));
        Proof another = cookieOf(user);
        String password = newPassword();
        assertNothingToSay(calls.resetCall(user.email(), code, password)
                .header(another.header(), another.value())
                .send());
        assertThat(calls.logIn(user, password).status()).isEqualTo(200);
    }
}
