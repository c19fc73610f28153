package org.twofactor.keycloak.it.mailfactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Email OTP over REST, from the first mail to the day it goes. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmailOtpIT {
    private final TestRealm realm;
    private final Inbox inbox;

    EmailOtpIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0"))
                .with(it -> it.setAccessTokenLifespan(3600))
                .create();
        this.inbox = inbox;
    }

    @Test
    void aUserEnrolsLogsInAndLeaves() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        assertThat(user.recoveryCodes()).hasSize(10);
        Answer methods = user.methods();
        assertThat(methods.json().get("enabled").asBoolean()).isTrue();
        assertThat(methods.json().at("/emailOtp/email").asText()).isEqualTo(user.address());
        assertThat(Instant.parse(methods.json().at("/emailOtp/completedAt").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));

        String partial = user.partialToken();
        Answer tokens = user.authenticate(partial, user.challengedCode(partial));
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        assertThat(Jwt.of(tokens.field("accessToken")).claims().get("amr"))
                .extracting(node -> node.asText())
                .containsExactly("pwd", "mca");
        assertThat(user.disable(user.accessToken()).message()).isEqualTo("SUDO_TOKEN_REQUIRED");
        assertNothingToSay(user.disable(tokens.field("sudoToken")));
        assertThat(user.methods().json().get("enabled").asBoolean()).isFalse();
        assertThat(user.methods().json().get("recoveryCodes").isNull())
                .as("the last factor takes the recovery codes along")
                .isTrue();
        assertThat(user.disable(user.accessToken()).message()).isEqualTo("EMAIL_OTP_ALREADY_INACTIVE");
    }

    @Test
    void aUserWithoutItIsToldSo() {
        String token = realm.accessToken(realm.newUser());
        assertThat(EmailEnrolled.enable(realm, token, "123456").message()).isEqualTo("EMAIL_OTP_UNINITIALIZED");
        for (String path : List.of("challenge", "authenticate")) {
            Answer answer = realm.api()
                    .post("/user/2fa/email-otp/" + path)
                    .bearer(token)
                    .json("{\"otp\":\"123456\"}")
                    .send();
            assertThat(answer.message())
                    .isEqualTo(path.equals("challenge") ? "EMAIL_OTP_UNINITIALIZED" : "EMAIL_OTP_INACTIVE");
        }
        assertThat(realm.api()
                        .get("/user/2fa/email-otp/next-email")
                        .bearer(token)
                        .send()
                        .message())
                .isEqualTo("EMAIL_OTP_UNINITIALIZED");
    }

    /** It proves no more than a password, which may be somebody else's. */
    @Test
    void aPartialTokenIsToldTheAddressMaskedAndAnAccessTokenInFull() {
        TestUser user = realm.newUser();
        EmailEnrolled enrolled = EmailEnrolled.in(realm, inbox, user, "first-" + user.email());

        Answer masked =
                realm.api().get("/user/2fa").bearer(enrolled.partialToken()).send();

        String domain = user.email().substring(user.email().indexOf('@'));
        assertThat(masked.json().at("/emailOtp/email").asText()).isEqualTo("f•••" + domain);
        assertThat(enrolled.methods().json().at("/emailOtp/email").asText()).isEqualTo("first-" + user.email());
    }

    @Test
    void anotherAddressThanTheAccountsCanBeEnrolledAndReplaced() {
        TestUser user = realm.newUser();
        EmailEnrolled enrolled = EmailEnrolled.in(realm, inbox, user, "first-" + user.email());
        String sudo = enrolled.sudoToken();
        assertNothingToSay(EmailEnrolled.setUp(realm, sudo, "second-" + user.email()));
        assertThat(enrolled.methods().json().at("/emailOtp/email").asText())
                .as("until the new mailbox is proved")
                .isEqualTo("first-" + user.email());
        Answer enabled = EmailEnrolled.enable(
                realm, enrolled.accessToken(), EmailEnrolled.code(inbox, "second-" + user.email()));
        assertThat(Enrolled.texts(enabled)).as("the recovery codes stay").isEmpty();
        assertThat(enrolled.methods().json().at("/emailOtp/email").asText()).isEqualTo("second-" + user.email());
    }

    @Test
    void S49_withAFactorOnSettingUpTakesASudoToken() {
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(EmailEnrolled.setUp(realm, user.accessToken(), user.user().email())
                        .message())
                .isEqualTo("SUDO_TOKEN_REQUIRED");
        assertNothingToSay(
                EmailEnrolled.setUp(realm, user.sudoToken(), user.user().email()));
        Answer enabled = EmailEnrolled.enable(
                realm, user.accessToken(), EmailEnrolled.code(inbox, user.user().email()));
        assertThat(Enrolled.texts(enabled)).isEmpty();
        assertThat(user.methods().json().at("/recoveryCodes/remaining").asInt()).isEqualTo(10);
    }

    @Test
    void S49_aSetUpThatBeganWithoutASecondFactorIsVoidOnceTheUserHasOne() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, "thief-" + user.email()));
        String code = EmailEnrolled.code(inbox, "thief-" + user.email());
        Enrolled.withTotp(realm, user);
        assertThat(EmailEnrolled.enable(realm, token, code).message()).isEqualTo("EMAIL_OTP_UNINITIALIZED");
    }

    @Test
    void S11_S30_aCodeLivesTenMinutesAndAnExpiredOneIsAWrongOne(ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String code = user.challengedCode(user.accessToken());
        clock.advance(Duration.ofSeconds(601));
        assertThat(user.authenticate(user.accessToken(), code).message()).isEqualTo("OTP_INVALID_EXPIRED");
        String another = user.challengedCode(user.accessToken());
        clock.advance(Duration.ofSeconds(598));
        assertThat(user.authenticate(user.accessToken(), another).status()).isEqualTo(200);
    }

    @Test
    void S12_aNewCodeKillsTheOldOne() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String old = user.challengedCode(user.accessToken());
        String current = user.challengedCode(user.accessToken());
        assertThat(user.authenticate(user.accessToken(), old).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(user.authenticate(user.accessToken(), current).status()).isEqualTo(200);
        assertThat(user.authenticate(user.accessToken(), current).message())
                .as("used")
                .isEqualTo("OTP_INVALID_EXPIRED");
    }

    @Test
    void S12_S17_aNewCodeResetsNoCount() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        for (int guess = 0; guess < 5; guess++) {
            String code = user.challengedCode(user.accessToken());
            assertThat(user.authenticate(user.partialToken(), otherThan(code)).message())
                    .isEqualTo("OTP_INVALID_EXPIRED");
        }
        String code = user.challengedCode(user.accessToken());
        Answer blocked = user.authenticate(user.accessToken(), code);
        assertThat(blocked.message()).isEqualTo("TOO_MANY_OTP_CHECKS");
        assertThat(blocked.retryAfter()).isBetween(1, 30);
    }

    @Test
    void aCodeStandsAsManyGuessesAsTheRealmSays(NewRealm newRealm) {
        TestRealm strict = newRealm.settings(Map.of("mailInterval", "0", "codeGuesses", "2"))
                .create();
        EmailEnrolled user = EmailEnrolled.in(strict, inbox);
        String code = user.challengedCode(user.accessToken());
        user.authenticate(user.accessToken(), otherThan(code));
        user.authenticate(user.accessToken(), otherThan(code));
        assertThat(user.authenticate(user.accessToken(), code).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(user.authenticate(user.accessToken(), user.challengedCode(user.accessToken()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aRealmCanLeaveItOut(NewRealm newRealm) {
        TestRealm without = newRealm.settings(Map.of("methods", "totp")).create();
        TestUser user = without.newUser();
        assertThat(EmailEnrolled.setUp(without, without.accessToken(user), user.email())
                        .message())
                .isEqualTo("FACTOR_NOT_ALLOWED");
    }
}
