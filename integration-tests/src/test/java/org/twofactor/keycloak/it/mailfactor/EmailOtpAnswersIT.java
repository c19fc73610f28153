package org.twofactor.keycloak.it.mailfactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** What email OTP answers where something is not as it should be: too early, wrong, switched off, no mail server. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmailOtpAnswersIT {
    private final TestRealm realm;
    private final Inbox inbox;

    EmailOtpAnswersIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.inbox = inbox;
    }

    @Test
    void S21_S22_S23_theNextMailCanBeHadWhenNextEmailSaysSoAndNoSooner(ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String token = user.partialToken();
        assertThat(duration(user, token))
                .as("a set-up does not hold up a challenge")
                .isZero();
        assertNothingToSay(user.challenge(token));
        clock.advance(Duration.ofSeconds(20));
        int wait = duration(user, token);
        assertThat(wait).isBetween(38, 40);
        assertTooMany(user.challenge(token), wait);
        // Nor by another token, whatever the attempt before.
        assertTooMany(user.challenge(user.accessToken()), duration(user, user.accessToken()));
        clock.advance(Duration.ofSeconds(wait - 3L));
        assertThat(user.challenge(token).retryAfter()).isBetween(1, 3);
        clock.advance(Duration.ofSeconds(duration(user, token)));
        assertThat(duration(user, token)).isZero();
        assertNothingToSay(user.challenge(token));
        assertThat(inbox.await(user.address(), 4).stream().filter(Mail::hasCode))
                .as("the set-up's, and two of challenges")
                .hasSize(3);
    }

    @Test
    void S21_S22_S23_soItIsForASetUp(ServerClock clock) {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
        Answer second = EmailEnrolled.setUp(realm, token, "another-" + user.email());
        assertTooMany(second, nextEmail(token).json().get("duration").asInt());
        clock.advance(Duration.ofSeconds(second.retryAfter()));
        assertThat(nextEmail(token).json().get("duration").asInt()).isZero();
        assertNothingToSay(EmailEnrolled.setUp(realm, token, "another-" + user.email()));
    }

    @Test
    void aWrongCodeEnablesNothingAndTheRightOneStillDoes() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
        String code = EmailEnrolled.code(inbox, user.email());
        Answer wrong = EmailEnrolled.enable(realm, token, otherThan(code));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(realm.directGrant(user).status()).as("no factor yet").isEqualTo(200);
        assertThat(Enrolled.texts(EmailEnrolled.enable(realm, token, code))).hasSize(10);
        assertThat(EmailEnrolled.enable(realm, token, code).message()).isEqualTo("EMAIL_OTP_UNINITIALIZED");
    }

    @Test
    void S37_whereItIsSwitchedOffItCanBeNeitherSetUpNorUsedAndLeavesNobodysDoorOpen() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        TestUser newcomer = realm.newUser();
        String token = realm.accessToken(newcomer);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, newcomer.email()));
        String setUpCode = EmailEnrolled.code(inbox, newcomer.email());
        String code = user.challengedCode(user.accessToken());
        realm.settings(Map.of("methods", "totp"));
        try {
            Stream.of(
                            EmailEnrolled.setUp(realm, token, newcomer.email()),
                            EmailEnrolled.enable(realm, token, setUpCode),
                            user.challenge(user.accessToken()),
                            user.authenticate(user.accessToken(), code))
                    .forEach(answer -> {
                        assertThat(answer.status()).isEqualTo(403);
                        assertThat(answer.message()).isEqualTo("FACTOR_NOT_ALLOWED");
                    });
            assertThat(login(user.user()).json().get("methods")).hasToString("[\"recovery-code\"]");
            assertThat(realm.directGrant(user.user()).field("error")).isEqualTo("mfa_required");
            assertThat(user.disable(user.accessToken()).message()).isEqualTo("SUDO_TOKEN_REQUIRED");
            assertNothingToSay(user.disable(user.sudoTokenByRecoveryCode()));
        } finally {
            realm.settings(Map.of("methods", ""));
        }
    }

    @Test
    void S36_itsLevelIsTheAcrOfItsTokensAndItsAmrIsAnotherChannel() {
        realm.settings(Map.of("emailOtpLevel", "7"));
        try {
            EmailEnrolled user = EmailEnrolled.in(realm, inbox);
            assertThat(login(user.user()).json().get("methods")).hasToString("[\"email-otp\",\"recovery-code\"]");
            String partial = user.partialToken();
            Answer tokens = user.authenticate(partial, user.challengedCode(partial));
            Jwt access = Jwt.of(tokens.field("accessToken"));
            assertThat(access.claim("acr")).isEqualTo("7");
            assertThat(access.claims().get("amr")).hasToString("[\"pwd\",\"mca\"]");
            Jwt sudo = Jwt.of(tokens.field("sudoToken"));
            assertThat(sudo.claim("acr")).isEqualTo("7");
            assertThat(sudo.claims().get("amr")).hasToString("[\"mca\"]");
        } finally {
            realm.settings(Map.of("emailOtpLevel", ""));
        }
    }

    @Test
    void S25_S35_whoHasSomethingLeftToDoGetsNoTokens() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String partial = user.partialToken();
        String code = user.challengedCode(partial);
        int sessions = realm.user(user.user()).getUserSessions().size();
        realm.update(user.user(), it -> it.setRequiredActions(List.of("UPDATE_PROFILE")));
        Answer answer = user.authenticate(partial, code);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.message()).isEqualTo("ACCOUNT_NOT_SET_UP");
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
    }

    @Test
    void besideTotpItIsOneOfTwoAndItsEndLeavesTheRecoveryCodes() {
        Enrolled totp = Enrolled.withTotp(realm);
        String sudo = totp.sudoToken();
        assertNothingToSay(EmailEnrolled.setUp(realm, sudo, totp.user().email()));
        EmailEnrolled.enable(
                realm, totp.accessToken(), EmailEnrolled.code(inbox, totp.user().email()));
        assertThat(login(totp.user()).json().get("methods")).hasToString("[\"totp\",\"email-otp\",\"recovery-code\"]");
        assertNothingToSay(
                realm.api().delete("/user/2fa/email-otp").bearer(sudo).send());
        assertThat(totp.methods().json().get("emailOtp").isNull()).isTrue();
        assertThat(totp.methods().json().at("/recoveryCodes/remaining").asInt()).isEqualTo(10);
    }

    @Test
    void aRealmThatCanSendNoMailSaysSo(NewRealm newRealm) {
        TestRealm mute = newRealm.create();
        EmailEnrolled user = EmailEnrolled.in(mute, inbox);
        String token = mute.accessToken(mute.newUser());
        mute.update(it -> it.setSmtpServer(Map.of()));
        for (Answer answer :
                List.of(user.challenge(user.accessToken()), EmailEnrolled.setUp(mute, token, "a@example.net"))) {
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.message()).isEqualTo("UNABLE_TO_SEND_MAIL");
        }
        assertThat(user.nextEmail(user.accessToken()).json().get("duration").asInt())
                .as("and what could not leave costs nothing")
                .isZero();
        assertThat(user.recoveryCode(user.partialToken(), user.recoveryCodes().get(0))
                        .status())
                .isEqualTo(200);
    }

    private Answer login(TestUser user) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
    }

    private Answer nextEmail(String token) {
        return realm.api().get("/user/2fa/email-otp/next-email").bearer(token).send();
    }

    private static int duration(EmailEnrolled user, String token) {
        return user.nextEmail(token).json().required("duration").intValue();
    }

    private static void assertTooMany(Answer answer, int wait) {
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.message()).isEqualTo("TOO_MANY_OTP_EMAILS");
        assertThat(answer.retryAfter()).isBetween(wait - 1, wait + 1).isPositive();
        assertThat(answer.header("Retry-After")).contains(Integer.toString(answer.retryAfter()));
    }
}
