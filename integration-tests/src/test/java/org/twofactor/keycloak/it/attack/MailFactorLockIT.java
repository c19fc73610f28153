package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** Whoever goes on guessing at mailed codes locks email OTP, and nothing else. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailFactorLockIT {
    private static final int LOCK_AFTER = 10;

    private final TestRealm realm;
    private final Inbox inbox;

    MailFactorLockIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(
                        Map.of("lockAfter", Integer.toString(LOCK_AFTER), "longestWait", "60", "mailInterval", "0"))
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .create();
        this.inbox = inbox;
    }

    @Test
    void S19_S51_theLastGuessLocksEmailOtpTellsItsUserAndAnAdminCanLiftIt(ServerClock clock) {
        EmailEnrolled victim = EmailEnrolled.in(realm, inbox);
        lock(victim, clock);
        Mail notice = inbox.next(victim.address(), mail -> mail.subject().contains("locked"));
        assertThat(notice.text()).contains(victim.user().username());
        clock.advance(Duration.ofHours(20));
        Answer right = victim.authenticate(victim.accessToken(), victim.challengedCode(victim.accessToken()));
        assertThat(right.message()).isEqualTo("TOO_MANY_OTP_CHECKS");
        assertThat(right.retryAfter()).as("the longest wait").isEqualTo(60);

        CredentialRepresentation lock = locks(victim).get(0);
        assertThat(lock.getUserLabel()).contains("email-otp").contains(Integer.toString(LOCK_AFTER));
        realm.user(victim.user()).removeCredential(lock.getId());
        assertThat(victim.authenticate(victim.accessToken(), victim.challengedCode(victim.accessToken()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S19_settingItUpAnewWithSudoByAnotherFactorLiftsTheLock(ServerClock clock) {
        EmailEnrolled victim = EmailEnrolled.in(realm, inbox);
        lock(victim, clock);
        assertThat(EmailEnrolled.setUp(realm, victim.accessToken(), victim.address())
                        .message())
                .as("not without")
                .isEqualTo("SUDO_TOKEN_REQUIRED");
        assertNothingToSay(EmailEnrolled.setUp(realm, victim.sudoTokenByRecoveryCode(), victim.address()));
        assertThat(locks(victim)).as("until the code is given").hasSize(1);
        assertThat(EmailEnrolled.enable(realm, victim.accessToken(), victim.nextCode())
                        .status())
                .isEqualTo(200);
        assertThat(locks(victim)).isEmpty();
        assertThat(victim.authenticate(victim.accessToken(), victim.challengedCode(victim.accessToken()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S19_aTransferIsSlowedDownAndNeverLocked(ServerClock clock) {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        for (int guess = 0; guess < LOCK_AFTER + 5; guess++) {
            assertThat(Transfer.complete(realm, token, "000000").status()).isEqualTo(401);
            clock.advance(Duration.ofSeconds(61));
        }
        assertThat(realm.user(user).credentials())
                .extracting(CredentialRepresentation::getType)
                .containsExactly("password");
        assertNothingToSay(
                Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, "new-" + user.email())));
    }

    private static void lock(EmailEnrolled victim, ServerClock clock) {
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            assertThat(victim.authenticate(victim.accessToken(), "000000").status())
                    .isEqualTo(401);
            clock.advance(Duration.ofSeconds(61));
        }
    }

    private List<CredentialRepresentation> locks(EmailEnrolled victim) {
        return realm.user(victim.user()).credentials().stream()
                .filter(credential -> credential.getType().equals("two-factor-lock"))
                .toList();
    }
}
