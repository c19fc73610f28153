package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** A setting holds from the next request on, for what was under way too, and in its realm alone. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsIT {
    private final TestRealm realm;

    SettingsIT(NewRealm newRealm) {
        this.realm = policy(newRealm).create();
    }

    @AfterEach
    void allDefaults() {
        Map<String, String> blank = new HashMap<>();
        realm.settings().keySet().forEach(key -> blank.put(key, key.equals("loginClient") ? TestClients.APP : ""));
        realm.settings(blank);
    }

    @Test
    void S31_sudoLifespanIsWhatTheNextSudoTokenLives(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(lifespan(user.sudoToken())).isEqualTo(300);
        realm.settings(Map.of("sudoLifespan", "77"));
        String sudo = user.sudoToken();
        assertThat(lifespan(sudo)).isEqualTo(77);
        Instant end = Jwt.of(sudo).time("exp");
        clock.advance(Duration.between(clock.now(), end).minusSeconds(5));
        assertThat(setUp(realm, sudo).status()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(7));
        assertThat(setUp(realm, sudo).message()).isEqualTo("INVALID_TOKEN");
        realm.settings(Map.of("sudoLifespan", ""));
        assertThat(lifespan(user.sudoToken())).as("blank is the default").isEqualTo(300);
    }

    @Test
    void S35_partialLifespanIsTheTimeBetweenPasswordAndSecondFactor(ServerClock clock) {
        realm.settings(Map.of("partialLifespan", "20"));
        Enrolled user = Enrolled.withTotp(realm);
        String early = user.partialToken();
        String late = user.partialToken();
        realm.settings(Map.of("partialLifespan", ""));
        String unlike = user.partialToken();
        clock.advance(Duration.ofSeconds(15));
        assertThat(user.totp(early, user.device().code()).status()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(6));
        assertThat(user.totp(late, user.device().code()).message()).isEqualTo("INVALID_TOKEN");
        assertThat(user.totp(unlike, user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S14_pendingTotpLifespanIsTheTimeToConfirmASetUp(ServerClock clock) {
        realm.settings(Map.of("pendingTotpLifespan", "40"));
        TestUser inTime = realm.newUser();
        TestUser tooLate = realm.newUser();
        String tokenInTime = realm.accessToken(inTime);
        String tokenTooLate = realm.accessToken(tooLate);
        Device device = Device.scanning(setUp(realm, tokenInTime).field("url"));
        Device lateDevice = Device.scanning(setUp(realm, tokenTooLate).field("url"));
        clock.advance(Duration.ofSeconds(35));
        assertThat(enable(tokenInTime, device.code()).status()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(6));
        assertThat(enable(tokenTooLate, lateDevice.code()).message()).isEqualTo("TOTP_UNINITIALIZED");
    }

    @Test
    void S37_aMethodThatIsSwitchedOffCanBeNeitherSetUpNorUsedAndLeavesNobodysDoorOpen(NewRealm newRealm) {
        TestRealm other = policy(newRealm).create();
        Enrolled user = Enrolled.withTotp(other);
        String sudo = user.sudoToken();
        String pending = other.accessToken(other.newUser());
        Device device = Device.scanning(setUp(other, pending).field("url"));

        other.settings(Map.of("methods", "email-otp"));
        assertThat(setUp(other, sudo).message()).isEqualTo("FACTOR_NOT_ALLOWED");
        assertThat(setUp(other, pending).message()).isEqualTo("FACTOR_NOT_ALLOWED");
        Answer enable = other.api()
                .post("/user/2fa/totp/enable")
                .bearer(pending)
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(enable.message()).isEqualTo("FACTOR_NOT_ALLOWED");
        assertThat(user.totp(user.partialToken(), user.device().code()).message())
                .isEqualTo("FACTOR_NOT_ALLOWED");
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(403);

        Answer login = login(other, user.user());
        assertThat(login.message()).isEqualTo("2FA_REQUIRED");
        assertThat(login.json().required("methods").toString()).isEqualTo("[\"recovery-code\"]");
        assertThat(setUp(other, user.accessToken()).message()).isEqualTo("SUDO_TOKEN_REQUIRED");
        assertThat(user.methods().json().required("enabled").booleanValue()).isTrue();

        other.settings(Map.of("methods", " email-otp , totp "));
        assertThat(user.totp(user.partialToken(), user.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S36_theLevelOfAFactorIsTheAcrOfItsTokens() {
        Enrolled user = Enrolled.withTotp(realm);
        realm.settings(Map.of("totpLevel", "7", "recoveryCodeLevel", "3"));
        Answer byTotp = user.logIn();
        assertAcr("7", byTotp);
        Answer byCode = user.recoveryCode(user.partialToken(), user.recoveryCode());
        assertAcr("3", byCode);
        realm.settings(Map.of("totpLevel", "", "recoveryCodeLevel", ""));
        assertAcr("2", user.logIn());
    }

    @Test
    void S18_freeGuessesAndTheFirstWaitHoldForWhoIsGuessingAlready() {
        Enrolled user = Enrolled.withTotp(realm);
        String wrong = user.device().wrongCode();
        for (int guess = 0; guess < 3; guess++) {
            assertThat(user.totp(user.accessToken(), wrong).status()).isEqualTo(401);
        }
        realm.settings(Map.of("freeGuesses", "4", "firstWait", "200"));
        assertThat(user.totp(user.accessToken(), wrong).status()).isEqualTo(401);
        Answer tooMany = user.totp(user.accessToken(), wrong);
        assertThat(tooMany.status()).isEqualTo(429);
        assertThat(tooMany.retryAfter()).isBetween(190, 200);
    }

    @Test
    void S32_aClientMayCallWithoutTheAudienceAccountAsLongAsItIsOnTheList() {
        TestUser user = realm.newUser();
        String token = realm.directGrant(TestClients.NO_ACCOUNT, user, Map.of()).field("access_token");
        assertThat(read(realm, token).message()).isEqualTo("CLIENT_NOT_ALLOWED");
        realm.settings(Map.of("allowedClients", "app, " + TestClients.NO_ACCOUNT));
        assertThat(read(realm, token).status()).isEqualTo(200);
        realm.settings(Map.of("allowedClients", ""));
        assertThat(read(realm, token).message()).isEqualTo("CLIENT_NOT_ALLOWED");
    }

    @Test
    void S18_S31_twoRealmsHaveSettingsOfTheirOwnAtTheSameTime(NewRealm one, NewRealm other) {
        Enrolled short1 = Enrolled.withTotp(policy(one)
                .settings(Map.of("sudoLifespan", "60", "freeGuesses", "1"))
                .create());
        Enrolled long1 = Enrolled.withTotp(
                policy(other).settings(Map.of("sudoLifespan", "900")).create());
        for (int round = 0; round < 3; round++) {
            assertThat(lifespan(short1.sudoToken())).isEqualTo(60);
            assertThat(lifespan(long1.sudoToken())).isEqualTo(900);
        }
        assertThat(short1.totp(short1.accessToken(), short1.device().wrongCode())
                        .status())
                .isEqualTo(401);
        assertThat(long1.totp(long1.accessToken(), long1.device().wrongCode()).status())
                .isEqualTo(401);
        assertThat(short1.totp(short1.accessToken(), short1.device().code()).status())
                .isEqualTo(429);
        assertThat(long1.totp(long1.accessToken(), long1.device().code()).status())
                .isEqualTo(200);
    }

    private static NewRealm policy(NewRealm newRealm) {
        return newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW);
    }

    private static Answer login(TestRealm realm, TestUser user) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
    }

    private static Answer setUp(TestRealm realm, String token) {
        return realm.api().post("/user/2fa/totp/setup").bearer(token).json("{}").send();
    }

    private Answer enable(String token, String code) {
        return realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(token)
                .json(Map.of("totp", code))
                .send();
    }

    private static Answer read(TestRealm realm, String token) {
        return realm.api().get("/user/2fa").bearer(token).send();
    }

    private static long lifespan(String token) {
        Jwt jwt = Jwt.of(token);
        return Duration.between(jwt.time("iat"), jwt.time("exp")).toSeconds();
    }

    private static void assertAcr(String level, Answer tokens) {
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        for (String kind : List.of("accessToken", "sudoToken")) {
            assertThat(Jwt.of(tokens.field(kind)).claim("acr")).as(kind).isEqualTo(level);
        }
    }
}
