package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** The realm's password policy speaks its own words, in the language of the call, and only to whoever may hear them. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetPolicyIT {
    private static final String TOO_SHORT = "Short-Pw-1";

    private final TestRealm realm;
    private final PasswordCalls calls;

    ResetPolicyIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0"))
                .passwordPolicy("hashAlgorithm(pbkdf2-sha256) and hashIterations(100) and length(12) and notUsername"
                        + " and passwordHistory(3)")
                .create();
        this.calls = new PasswordCalls(realm, inbox);
    }

    @Test
    void aResetThatThePolicyRefusesSaysWhyAndLeavesTheCodeUsable() {
        TestUser user = realm.newUser(it -> it.setUsername("Longer-Than-12-" + it.getUsername()));
        String code = calls.sentCode(user);
        assertRefused(calls.reset(user.email(), code, TOO_SHORT), "Invalid password: minimum length 12.");
        assertRefused(
                calls.resetCall(user.email(), code, TOO_SHORT)
                        .header("Accept-Language", "de-AT, en;q=0.5")
                        .send(),
                "Ungültiges Passwort: Es muss mindestens 12 Zeichen lang sein.");
        assertRefused(
                calls.reset(user.email(), code, user.username()),
                "Invalid password: must not be equal to the username.");
        assertRefused(
                calls.reset(user.email(), code, user.password()),
                "Invalid password: must not be equal to any of last 3 passwords.");
        assertThat(calls.logIn(user, user.password()).status()).isEqualTo(200);
        String password = newPassword();
        assertNothingToSay(calls.reset(user.email(), code, password));
        assertThat(calls.logIn(user, password).status()).isEqualTo(200);
    }

    @Test
    void thePolicySaysNothingToAWrongCode() {
        TestUser user = realm.newUser();
        String wrong = EmailEnrolled.otherThan(calls.sentCode(user));
        assertWrongCode(calls.reset(user.email(), wrong, TOO_SHORT));
        assertWrongCode(calls.reset("nobody@example.org", "123456", TOO_SHORT));
    }

    /** Whoever reads the mailbox could otherwise find out the old password, which may open more than this account. */
    @Test
    void S24_ofPasswordsThatAreRefusedAsUsedBeforeADayHasFifty(ServerClock clock) {
        TestUser user = realm.newUser();
        String code = calls.sentCode(user);
        for (int attempt = 0; attempt < 50; attempt++) {
            assertRefused(
                    calls.reset(user.email(), code, user.password()),
                    "Invalid password: must not be equal to any of last 3 passwords.");
        }
        assertWrongCode(calls.reset(user.email(), code, user.password()));
        assertWrongCode(calls.reset(user.email(), code, newPassword()));
        clock.advance(Duration.ofDays(1).plusSeconds(1));
        assertNothingToSay(calls.reset(user.email(), calls.sentCode(user), newPassword()));
    }

    @Test
    void aChangeThatThePolicyRefusesSaysWhyAndChangesNothing() {
        TestUser user = realm.newUser(it -> it.setUsername("Longer-Than-12-" + it.getUsername()));
        String token = realm.accessToken(user);
        assertRefused(calls.change(token, user.password(), TOO_SHORT), "Invalid password: minimum length 12.");
        assertRefused(
                calls.changeCall(token, user.password(), TOO_SHORT)
                        .header("Accept-Language", "de")
                        .send(),
                "Ungültiges Passwort: Es muss mindestens 12 Zeichen lang sein.");
        assertRefused(
                calls.change(token, user.password(), user.username()),
                "Invalid password: must not be equal to the username.");
        String second = newPassword();
        assertNothingToSay(calls.change(token, user.password(), second));
        for (String used : new String[] {user.password(), second}) {
            assertRefused(
                    calls.change(token, second, used),
                    "Invalid password: must not be equal to any of last 3 passwords.");
        }
        assertThat(calls.logIn(user, second).status()).isEqualTo(200);
    }

    /** The history would tell a thief with a session which password is the right one, past the guard. */
    @Test
    void S30_thePolicySaysNothingToAWrongOldPassword() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        for (String wanted : new String[] {user.password(), TOO_SHORT, newPassword()}) {
            Answer answer = calls.change(token, "a wrong one", wanted);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.message()).isEqualTo("PASSWORD_INCORRECT");
        }
    }

    private static void assertRefused(Answer answer, String sentence) {
        assertThat(answer.message()).isEqualTo(sentence);
        assertThat(answer.status()).isEqualTo(400);
    }
}
