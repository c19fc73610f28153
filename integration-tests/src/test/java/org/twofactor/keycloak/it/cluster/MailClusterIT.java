package org.twofactor.keycloak.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.attack.Storm;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Movers;
import org.twofactor.keycloak.it.story.Transfer;

/** Two nodes are one server for mailed codes too. */
@ExtendWith(ClusterExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailClusterIT {
    private static final int ROUNDS = 5;

    private final ServerClock clock;
    private final Inbox inbox;
    private final TestRealm realm;
    private final List<TestRealm> nodes;

    MailClusterIT(Cluster cluster) {
        var secondNode = cluster.nodes(2).get(1);
        this.clock = cluster.clock();
        this.inbox = cluster.inbox();
        this.realm = cluster.newRealm()
                .settings(Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "10000"))
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .withoutEvents()
                .create();
        this.nodes = List.of(realm, realm.at(secondNode, cluster.admin()));
    }

    @Test
    void S16_S17_ofFiveHundredParallelGuessesAtOneMailCodeOverBothNodesExactlyFiveAreLookedAt() {
        TestUser user = realm.newUser();
        var early = Storm.tokens(() -> realm.accessToken(user), () -> tokenOfOtherApp(user))
                .iterator();
        EmailEnrolled victim = EmailEnrolled.in(realm, inbox, user, user.email());
        List<EmailEnrolled> doors = bothDoors(victim);
        String code = victim.challengedCode(victim.accessToken());
        Storm.assertExactlyFiveEvaluated(
                Storm.guesses(
                        doors,
                        EmailEnrolled::authenticate,
                        Storm.tokens(victim::partialToken, early::next),
                        otherThan(code)),
                "OTP_INVALID_EXPIRED",
                "TOO_MANY_OTP_CHECKS");
        for (EmailEnrolled door : doors) {
            Answer right = door.authenticate(victim.accessToken(), code);
            assertThat(right.message()).isEqualTo("TOO_MANY_OTP_CHECKS");
            assertThat(right.retryAfter()).isBetween(1, 30);
        }
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneChallengeCodeOverBothNodesAreOneSuccess() {
        Storm.rounds(ROUNDS, ROUNDS, () -> EmailEnrolled.in(realm, inbox), clock, user -> {
            String code = user.challengedCode(user.accessToken());
            return Storm.uses(bothDoors(user), EmailEnrolled::authenticate, user.accessToken(), List.of(code));
        });
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneSetUpCodeOverBothNodesAreOneSuccessAndOneFactor() {
        Storm.rounds(ROUNDS, 1, realm::newUser, clock, user -> {
            String token = realm.accessToken(user);
            assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
            String code = EmailEnrolled.code(inbox, user.email());
            List<Answer> answers = Storm.uses(nodes, EmailEnrolled::enable, token, List.of(code));
            assertThat(realm.user(user).credentials())
                    .extracting(CredentialRepresentation::getType)
                    .containsExactlyInAnyOrder("password", "email-otp", "recovery-code");
            return answers;
        });
    }

    @Test
    void S09_S50_sixtyFourParallelUsesOfOneTransferCodeOverBothNodesAreOneSuccess() {
        Storm.rounds(ROUNDS, 1, realm::newUser, clock, user -> {
            String token = realm.accessToken(user);
            String wanted = "new-" + user.email();
            String code = Transfer.initiatedCode(realm, inbox, token, wanted);
            List<Answer> answers = Storm.uses(nodes, Transfer::complete, token, List.of(code));
            assertThat(nodes)
                    .allSatisfy(node -> assertThat(Movers.owners(node, wanted)).containsExactly(user.id()));
            return answers;
        });
    }

    @Test
    void S50_ofSeveralWhoMoveToOneAddressOverBothNodesAtTheSameMomentOneDoes() {
        for (int round = 0; round < ROUNDS; round++) {
            Movers.to("wanted-" + round + "@cluster.example", 4, realm, inbox).assertExactlyOneMoves(nodes);
        }
    }

    @Test
    void S13_aCodeThatOneNodeSentIsGivenAtTheOther() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(nodes.get(1), token, user.email()));
        assertThat(EmailEnrolled.enable(realm, token, EmailEnrolled.code(inbox, user.email()))
                        .status())
                .isEqualTo(200);
        List<EmailEnrolled> doors = bothDoors(EmailEnrolled.of(realm, inbox, user, user.email(), token));
        for (int round = 0; round < 4; round++) {
            String code = doors.get(round % 2).challengedCode(token);
            EmailEnrolled other = doors.get((round + 1) % 2);
            assertThat(other.authenticate(token, otherThan(code)).message()).isEqualTo("OTP_INVALID_EXPIRED");
            assertThat(other.authenticate(token, code).status()).isEqualTo(200);
        }
    }

    private List<EmailEnrolled> bothDoors(EmailEnrolled user) {
        return nodes.stream().map(user::at).toList();
    }

    private String tokenOfOtherApp(TestUser user) {
        return realm.directGrant(OTHER_APP, user, Map.of()).field("access_token");
    }
}
