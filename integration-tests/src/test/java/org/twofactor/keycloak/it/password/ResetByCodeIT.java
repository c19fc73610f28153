package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** A forgotten password is replaced by the code from the mailbox, and nothing else is got round by it. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetByCodeIT {
    private static final int AT_ONCE = 64;

    private final TestRealm realm;
    private final Inbox inbox;
    private final PasswordCalls calls;

    ResetByCodeIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0", "resetMailsPerHour", "1000", "resetMailsPerDay", "1000"))
                .with(it -> it.setDisplayName("The Test Realm"))
                .create();
        this.inbox = inbox;
        this.calls = new PasswordCalls(realm, inbox);
    }

    @Test
    void aForgottenPasswordIsReplaced() {
        TestUser user = realm.newUser(it -> it.setRequiredActions(List.of("UPDATE_PASSWORD")));
        String code = calls.sentCode(user);
        String password = newPassword();
        assertNothingToSay(calls.validate(user.email(), code));
        assertNothingToSay(calls.validate(user.email(), code));
        assertNothingToSay(calls.reset(user.email(), code, password));
        assertWrongCode(calls.reset(user.email(), code, newPassword()));
        assertWrongCode(calls.validate(user.email(), code));
        assertThat(calls.logIn(user, user.password()).message()).isEqualTo("PASSWORD_INCORRECT");
        assertThat(calls.logIn(user, password).status())
                .as("what asked for a new password is over, too")
                .isEqualTo(200);
    }

    @Test
    void S40_aResetGivesNoTokensAndLeavesTheSecondFactorOn() {
        Enrolled user = Enrolled.withTotp(realm);
        String before = user.methods().text();
        String password = newPassword();
        Answer reset = calls.reset(user.user().email(), calls.sentCode(user.user()), password);
        assertNothingToSay(reset);
        assertThat(reset.headers()).doesNotContainKey("set-cookie");
        assertThat(realm.user(user.user()).getUserSessions()).isEmpty();

        Answer login = calls.logIn(user.user(), password);
        assertThat(login.message()).isEqualTo("2FA_REQUIRED");
        Answer tokens = user.totp(login.field("partialAuthToken"), user.device().code());
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        assertThat(realm.api()
                        .get("/user/2fa")
                        .bearer(tokens.field("accessToken"))
                        .send()
                        .text())
                .as("factors and recovery codes")
                .isEqualTo(before);
    }

    @Test
    void S33_S42_aResetEndsAllSessionsAndTheTokensOnTheWay() {
        Enrolled user = Enrolled.withTotp(realm);
        Sessions sessions = Sessions.of(
                realm,
                user.user(),
                scope -> Map.of("scope", scope, "totp", user.device().code()));
        String sudo = user.sudoToken();
        String partial = user.partialToken();
        String code = calls.sentCode(user.user());
        assertNothingToSay(calls.validate(user.user().email(), code));
        sessions.assertAllLive();

        assertNothingToSay(calls.reset(user.user().email(), code, newPassword()));
        sessions.assertAllEnded();
        for (Answer dead : List.of(
                user.methods(),
                realm.api().get("/user/2fa").bearer(partial).send(),
                user.totp(partial, user.device().code()),
                realm.api().post("/user/2fa/totp/setup").bearer(sudo).json("{}").send())) {
            assertThat(dead.message()).isEqualTo("INVALID_TOKEN");
        }
    }

    @Test
    void S42_theRealmCanLetSessionsStay(NewRealm newRealm) {
        TestRealm lenient =
                newRealm.settings(Map.of("endOtherSessions", "false")).create();
        PasswordCalls there = new PasswordCalls(lenient, inbox);
        TestUser user = lenient.newUser();
        Sessions sessions = Sessions.of(lenient, user);
        assertNothingToSay(there.reset(user.email(), there.sentCode(user), newPassword()));
        sessions.assertAllLive();
    }

    @Test
    void S51_S53_theUserIsToldByMailAndNoMailHasMoreThanItMust() {
        TestUser user = realm.newUser(it -> it.setAttributes(Map.of("locale", List.of("de"))));
        String password = newPassword();
        String code = calls.sentCode(user);
        assertNothingToSay(calls.reset(user.email(), code, password));
        List<Mail> mails = inbox.await(user.email(), 2);
        assertThat(mails.get(0).subject()).contains("The Test Realm").doesNotContain(code);
        assertThat(mails.get(0).text())
                .contains("10 Minuten")
                .contains("Falls Sie das nicht angefordert haben")
                .doesNotContain("http");
        assertThat(mails.get(1).subject()).contains("Passwort wurde geändert");
        assertThat(mails.get(1).text())
                .contains("Konto: " + user.username())
                .containsPattern("Zeitpunkt: .*20\\d\\d.* UTC")
                .contains("Anwendung: app")
                .contains("IP-Adresse: 127.0.0.1")
                .contains("Falls Sie das nicht waren")
                .doesNotContain(code);
        assertThat(mails).allSatisfy(mail -> assertThat(mail.source()).doesNotContain(password));
    }

    @Test
    void S11_aCodeLivesTenMinutes(ServerClock clock) {
        TestUser user = realm.newUser();
        String expired = calls.sentCode(user);
        clock.advance(Duration.ofSeconds(601));
        assertWrongCode(calls.reset(user.email(), expired, newPassword()));
        String code = calls.sentCode(user);
        clock.advance(Duration.ofSeconds(595));
        assertNothingToSay(calls.reset(user.email(), code, newPassword()));
    }

    @Test
    void S12_aNewCodeKillsTheOldOne() {
        TestUser user = realm.newUser();
        String old = calls.sentCode(user);
        String current = calls.sentCode(user);
        assertWrongCode(calls.validate(user.email(), old));
        assertWrongCode(calls.reset(user.email(), old, newPassword()));
        assertNothingToSay(calls.reset(user.email(), current, newPassword()));
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneCodeAreOneSuccess() {
        for (int round = 0; round < 5; round++) {
            TestUser user = realm.newUser();
            String code = calls.sentCode(user);
            List<String> passwords = Parallel.run(AT_ONCE, PasswordCalls::newPassword);
            List<Answer> answers =
                    Parallel.run(AT_ONCE, number -> () -> calls.reset(user.email(), code, passwords.get(number)));
            List<Answer> successes =
                    answers.stream().filter(answer -> answer.status() == 200).toList();
            assertThat(successes).hasSize(1);
            answers.stream().filter(answer -> answer.status() != 200).forEach(PasswordCalls::assertWrongCode);
            String winner = passwords.get(answers.indexOf(successes.get(0)));
            assertThat(calls.logIn(user, winner).status()).isEqualTo(200);
        }
    }

    @Test
    void aMailThatIsAskedForInCapitalsGoesToTheAccountsAddress() {
        TestUser user = realm.newUser();
        String shouted = user.email().toUpperCase(java.util.Locale.ROOT);
        assertNothingToSay(calls.send(shouted));
        String code = calls.nextCode(user.email());
        assertWrongCode(calls.validate(shouted, otherThan(code)));
        assertNothingToSay(calls.validate(user.email(), code));
        assertNothingToSay(calls.reset(shouted, code, newPassword()));
    }

    @Test
    void aRealmWhereTheAddressIsTheNameResetsToo(NewRealm newRealm) {
        TestRealm named =
                newRealm.with(it -> it.setRegistrationEmailAsUsername(true)).create();
        PasswordCalls there = new PasswordCalls(named, inbox);
        TestUser user = named.newUser(it -> it.setUsername(it.getEmail()));
        String password = newPassword();
        assertNothingToSay(there.reset(user.email(), there.sentCode(user), password));
        assertThat(there.logIn(user, password).status()).isEqualTo(200);
    }
}
