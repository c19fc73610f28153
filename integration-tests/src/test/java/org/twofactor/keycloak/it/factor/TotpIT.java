package org.twofactor.keycloak.it.factor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.userprofile.config.UPConfig;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.AuthenticatorApp;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** An authenticator app, from the QR code to the day it goes. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TotpIT {
    private final TestRealm realm;

    TotpIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @Test
    void aUserEnrolsLogsInAndLeaves() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertThat(methods(token).json().get("enabled").asBoolean()).isFalse();
        assertThat(methods(token).json().get("totp").isNull()).isTrue();

        Device device = Device.scanning(setUp(token).field("url"));
        Answer enabled = enable(token, device.code());
        assertThat(Enrolled.texts(enabled)).hasSize(10);
        Answer methods = methods(token);
        assertThat(methods.json().get("enabled").asBoolean()).isTrue();
        assertThat(Instant.parse(methods.json().at("/totp/completedAt").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(methods.json().at("/recoveryCodes/remaining").asInt()).isEqualTo(10);

        String sudo = authenticate(token, device.code()).field("sudoToken");
        assertThat(disable(sudo).status()).isEqualTo(200);
        assertThat(methods(token).json().get("enabled").asBoolean()).isFalse();
        assertThat(methods(token).json().get("recoveryCodes").isNull())
                .as("the last factor takes the recovery codes along")
                .isTrue();
        assertThat(disable(token).message()).isEqualTo("TOTP_ALREADY_INACTIVE");
        assertThat(realm.directGrant(user).status()).isEqualTo(200);
    }

    /** https://github.com/ChristianRiesen/otp/pull/29: apps show a plus sign where one stands for a blank. */
    @Test
    void blanksInNamesAreBlanksForTheAppAndAColonIsOne(NewRealm newRealm) {
        TestRealm named =
                newRealm.with(it -> it.setDisplayName("ACME:  the + shop")).create();
        UPConfig profile = named.admin().users().userProfile().getConfiguration();
        profile.getAttribute("username").setValidations(Map.of());
        named.admin().users().userProfile().update(profile);
        TestUser user = named.newUser(it -> it.setUsername("jane + " + it.getUsername()));
        String url = named.api()
                .post("/user/2fa/totp/setup")
                .bearer(named.accessToken(user))
                .json("{}")
                .send()
                .field("url");
        String name = user.username().replace("+", "%2B").replace(" ", "%20");
        assertThat(url)
                .startsWith("otpauth://totp/ACME%20the%20%2B%20shop:" + name + "?")
                .contains("issuer=ACME%20the%20%2B%20shop&")
                .doesNotContain("+");
    }

    @Test
    void S02_everySeedHasAtLeast160RandomBitsAndIsNewEachTime() {
        String token = realm.accessToken(realm.newUser());
        List<String> urls = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i -> setUp(token).field("url"))
                .toList();
        assertThat(urls).doesNotHaveDuplicates().allSatisfy(url -> {
            // Keycloak writes each of its 59 characters as a byte: 5.88 random bits in 8.
            double bits = AuthenticatorApp.scanning(url).secretBits() / 8.0 * (Math.log(59) / Math.log(2));
            assertThat(bits).isGreaterThanOrEqualTo(160);
        });
    }

    @Test
    void S08_aCodeIsGoodOnceOverEveryToken() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.device().code();
        assertThat(user.totp(user.accessToken(), code).status()).isEqualTo(200);
        assertThat(user.totp(user.accessToken(), code).message()).isEqualTo("TOTP_INVALID");
        assertThat(user.totp(user.partialToken(), code).message()).isEqualTo("TOTP_INVALID");
        assertThat(realm.directGrant("app", user.user(), Map.of("totp", code)).status())
                .isEqualTo(400);
    }

    @Test
    void S08_theCodeThatEnrolledDoesNotLogInAsWell() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        Device device = Device.scanning(setUp(token).field("url"));
        String code = device.code();
        assertThat(enable(token, code).status()).isEqualTo(200);
        assertThat(authenticate(token, code).message()).isEqualTo("TOTP_INVALID");
    }

    @Test
    void S08_aRealmThatLetsCodesBeReusedStillHasThemGoodOnceHere(NewRealm newRealm) {
        TestRealm reusing = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setOtpPolicyCodeReusable(true))
                .create();
        Enrolled user = Enrolled.withTotp(reusing);
        String code = user.device().code();
        List<Answer> answers = Parallel.run(4, () -> user.totp(user.accessToken(), code));
        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
        assertThat(user.totp(user.accessToken(), code).message()).isEqualTo("TOTP_INVALID");
    }

    @Test
    void S14_anUnconfirmedSetUpEndsAfterTenMinutes(ServerClock clock, NewRealm newRealm) {
        TestRealm patient = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setAccessTokenLifespan(3600))
                .create();
        String token = patient.accessToken(patient.newUser());
        Device device = Device.scanning(setUp(patient, token).field("url"));
        clock.advance(Duration.ofSeconds(599));
        assertThat(enable(patient, token, device.wrongCode()).message()).isEqualTo("TOTP_INVALID");
        clock.advance(Duration.ofSeconds(2));
        assertThat(enable(patient, token, device.code()).message()).isEqualTo("TOTP_UNINITIALIZED");
    }

    @Test
    void S14_anUnconfirmedSetUpIsNoGoodForLogInAndThereIsOnePerUser() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        Device first = Device.scanning(setUp(token).field("url"));
        assertThat(authenticate(token, first.code()).message()).isEqualTo("TOTP_UNINITIALIZED");
        assertThat(realm.directGrant(user).status()).as("2FA is not on yet").isEqualTo(200);
        Device second = Device.scanning(setUp(token).field("url"));
        assertThat(enable(token, first.code()).message()).isEqualTo("TOTP_INVALID");
        assertThat(enable(token, second.code()).status()).isEqualTo(200);
        assertThat(enable(token, second.code()).message()).isEqualTo("TOTP_UNINITIALIZED");
    }

    @Test
    void S14_aSetUpThatBeganWithoutASecondFactorIsVoidOnceTheUserHasOne() {
        // A thief with an access token begins before the owner enrols, and means to finish after.
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        setUp(token);
        realm.update(user, it -> it.setCredentials(List.of()));
        NativeOtp.add(realm, user);
        assertThat(enable(token, "123456").message()).isEqualTo("TOTP_UNINITIALIZED");
    }

    @Test
    void S17_S21_wrongCodesAtTheConfirmationHaveToWaitToo() {
        String token = realm.accessToken(realm.newUser());
        Device device = Device.scanning(setUp(token).field("url"));
        for (int guess = 0; guess < 5; guess++) {
            assertThat(enable(token, device.wrongCode()).message()).isEqualTo("TOTP_INVALID");
        }
        Answer blocked = enable(token, device.code());
        assertThat(blocked.message()).isEqualTo("TOO_MANY_TOTP_CHECKS");
        assertThat(blocked.retryAfter()).isBetween(1, 30);
    }

    @Test
    void settingUpAnewKillsTheLostPhoneOnlyOnceTheNewOneIsConfirmed() {
        Enrolled user = Enrolled.withTotp(realm);
        String sudo = user.sudoToken();
        Device newPhone = Device.scanning(setUp(sudo).field("url"));
        assertThat(user.totp(user.accessToken(), user.device().code()).status())
                .as("the old one, until then")
                .isEqualTo(200);
        Answer enabled = enable(user.accessToken(), newPhone.code());
        assertThat(Enrolled.texts(enabled)).as("the recovery codes stay").isEmpty();
        assertThat(user.totp(user.accessToken(), user.device().code()).message())
                .isEqualTo("TOTP_INVALID");
        assertThat(user.totp(user.accessToken(), newPhone.code()).status()).isEqualTo(200);
        assertThat(user.methods().json().at("/recoveryCodes/remaining").asInt()).isEqualTo(10);
    }

    @Test
    void S38_withTwoFactorOnAnAccessTokenAloneSetsNothingUpAndRemovesNothing() {
        Enrolled user = Enrolled.withTotp(realm);
        for (Answer answer : List.of(
                setUp(user.accessToken()),
                disable(user.accessToken()),
                realm.api()
                        .post("/user/2fa/recovery-code/reset")
                        .bearer(user.accessToken())
                        .json("{}")
                        .send())) {
            assertThat(answer.message()).isEqualTo("SUDO_TOKEN_REQUIRED");
            assertThat(answer.header("WWW-Authenticate"))
                    .hasValueSatisfying(challenge -> assertThat(challenge)
                            .startsWith("Bearer ")
                            .contains("error=\"insufficient_user_authentication\"")
                            .contains("acr_values=\"2\"")
                            .contains("max_age=\"300\""));
        }
    }

    @Test
    void S30_wrongUsedAndSomebodyElsesCodeAreOneError() {
        Enrolled alice = Enrolled.withTotp(realm);
        Enrolled bob = Enrolled.withTotp(realm);
        String used = alice.device().code();
        alice.totp(alice.accessToken(), used);
        List<Answer> refused = List.of(
                alice.totp(alice.accessToken(), alice.device().wrongCode()),
                alice.totp(alice.accessToken(), used),
                alice.totp(alice.accessToken(), bob.device().code()));
        assertThat(refused.stream().map(Answer::text).distinct()).hasSize(1);
    }

    @Test
    void theRealmsPolicyRules(NewRealm newRealm) {
        TestRealm strong =
                newRealm.otpPolicy("HmacSHA512", 8, 60, Device.WINDOW).create();
        Enrolled user = Enrolled.withTotp(strong);
        assertThat(user.device().app().digits()).isEqualTo(8);
        assertThat(user.device().app().period()).hasSeconds(60);
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(200);
        assertThat(user.totp(user.accessToken(), "12345").message())
                .isEqualTo("body/totp must NOT have fewer than 6 characters");
        Answer shortCode = strong.api()
                .post("/user/2fa/totp/enable")
                .bearer(user.accessToken())
                .json(Map.of("totp", "123456"))
                .send();
        assertThat(shortCode.message()).isEqualTo("body/totp must NOT have fewer than 8 characters");
    }

    @Test
    void nextGuessKnowsOnlyUsersWithTotp() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertThat(nextGuess(token).message()).isEqualTo("TOTP_UNINITIALIZED");
        setUp(token);
        assertThat(nextGuess(token).json().get("duration").asInt()).isZero();
    }

    private Answer nextGuess(String token) {
        return realm.api().get("/user/2fa/totp/next-guess").bearer(token).send();
    }

    private Answer methods(String token) {
        return realm.api().get("/user/2fa").bearer(token).send();
    }

    private Answer setUp(String token) {
        return setUp(realm, token);
    }

    private static Answer setUp(TestRealm at, String token) {
        return at.api().post("/user/2fa/totp/setup").bearer(token).json("{}").send();
    }

    private Answer enable(String token, String code) {
        return enable(realm, token, code);
    }

    private static Answer enable(TestRealm at, String token, String code) {
        return at.api()
                .post("/user/2fa/totp/enable")
                .bearer(token)
                .json(Map.of("totp", code))
                .send();
    }

    private Answer authenticate(String token, String code) {
        return realm.api()
                .post("/user/2fa/totp/authenticate")
                .bearer(token)
                .json(Map.of("totp", code))
                .send();
    }

    private Answer disable(String token) {
        return realm.api().delete("/user/2fa/totp").bearer(token).send();
    }
}
