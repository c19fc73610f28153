package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.List;
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
import org.twofactor.keycloak.it.story.Transfer;

/** A mailed code is good once, whoever gives it and however many at the same moment. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailCodeSingleUseIT {
    private static final int ROUNDS = 20;

    private final TestRealm realm;
    private final Inbox inbox;

    MailCodeSingleUseIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "10000"))
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .withoutEvents()
                .create();
        this.inbox = inbox;
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneChallengeCodeAreOneSuccess(ServerClock clock) {
        Storm.rounds(ROUNDS, 10, () -> EmailEnrolled.in(realm, inbox), clock, user -> {
            String code = user.challengedCode(user.accessToken());
            return Storm.uses(List.of(user), EmailEnrolled::authenticate, user.accessToken(), List.of(code));
        });
    }

    @Test
    void S09_S35_sixtyFourParallelUsesOfOneChallengeCodeAndPartialTokenAreOneSessionMore(ServerClock clock) {
        Storm.rounds(ROUNDS, 10, () -> EmailEnrolled.in(realm, inbox), clock, user -> {
            String partial = user.partialToken();
            String code = user.challengedCode(partial);
            int before = realm.user(user.user()).getUserSessions().size();
            List<Answer> answers = Storm.uses(List.of(user), EmailEnrolled::authenticate, partial, List.of(code));
            assertThat(realm.user(user.user()).getUserSessions()).hasSize(before + 1);
            return answers;
        });
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneSetUpCodeAreOneSuccessAndOneFactor(ServerClock clock) {
        Storm.rounds(ROUNDS, 1, realm::newUser, clock, user -> {
            String token = realm.accessToken(user);
            assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
            String code = EmailEnrolled.code(inbox, user.email());
            List<Answer> answers = Storm.uses(List.of(realm), EmailEnrolled::enable, token, List.of(code));
            assertThat(realm.user(user).credentials())
                    .extracting(credential -> credential.getType())
                    .containsExactlyInAnyOrder("password", "email-otp", "recovery-code");
            return answers;
        });
    }

    @Test
    void S09_S50_sixtyFourParallelUsesOfOneTransferCodeAreOneSuccess(ServerClock clock) {
        Storm.rounds(ROUNDS, 10, realm::newUser, clock, user -> {
            String token = realm.accessToken(user);
            String wanted = "new-" + email(user);
            String code = Transfer.initiatedCode(realm, inbox, token, wanted);
            List<Answer> answers = Storm.uses(List.of(realm), Transfer::complete, token, List.of(code));
            assertThat(email(user)).isEqualTo(wanted);
            return answers;
        });
    }

    private String email(TestUser user) {
        return realm.user(user).toRepresentation().getEmail();
    }
}
