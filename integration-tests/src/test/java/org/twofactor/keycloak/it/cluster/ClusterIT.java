package org.twofactor.keycloak.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.attack.Storm;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Two nodes are one server: whoever turns to the other one gains nothing and loses nothing. */
@ExtendWith(ClusterExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
    private static final int ROUNDS = 30;
    private static final int LOCK_AFTER = 10;

    private final Cluster cluster;
    private final ServerClock clock;
    private final KeycloakServer secondNode;
    private final TestRealm realm;

    ClusterIT(Cluster cluster) {
        this.cluster = cluster;
        this.secondNode = cluster.nodes(2).get(1);
        this.clock = cluster.clock();
        this.realm = newRealm().create();
    }

    @Test
    void S16_S17_ofFiveHundredParallelTotpGuessesOverBothNodesExactlyFiveAreLookedAt() {
        List<Enrolled> doors = bothDoors(Enrolled.withTotp(realm));
        String wrong = doors.get(0).device().wrongCode();
        Storm.assertExactlyFiveEvaluated(
                Storm.guesses(doors, Enrolled::totp, wrong), "TOTP_INVALID", "TOO_MANY_TOTP_CHECKS");
        for (Enrolled door : doors) {
            Answer right = door.totp(door.accessToken(), door.device().code());
            assertThat(right.message()).isEqualTo("TOO_MANY_TOTP_CHECKS");
            assertThat(right.retryAfter()).isBetween(1, 30);
        }
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneTotpOverBothNodesAreOneSuccess() {
        Storm.rounds(ROUNDS, 30, () -> Enrolled.withTotp(realm), clock, user -> {
            String code = user.device().code();
            return Storm.uses(bothDoors(user), Enrolled::totp, user.accessToken(), List.of(code));
        });
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneRecoveryCodeOverBothNodesAreOneSuccess() {
        Storm.rounds(ROUNDS, 10, () -> Enrolled.withTotp(realm), clock, user -> {
            String code = user.recoveryCode();
            return Storm.uses(bothDoors(user), Enrolled::recoveryCode, user.accessToken(), List.of(code));
        });
    }

    @Test
    void S09_S35_sixtyFourParallelUsesOfOnePartialTokenOverBothNodesAreOneSuccessAndOneSession() {
        Storm.rounds(ROUNDS, 8, () -> Enrolled.withTotp(realm), clock, user -> {
            // Four codes that are all right, at both nodes: only the partial token can keep three of them out.
            List<String> codes =
                    IntStream.range(0, 4).mapToObj(i -> user.device().code()).toList();
            int before = realm.user(user.user()).getUserSessions().size();
            List<Answer> answers = Storm.uses(bothDoors(user), Enrolled::totp, user.partialToken(), codes);
            assertThat(realm.user(user.user()).getUserSessions()).hasSize(before + 1);
            return answers;
        });
    }

    @Test
    void S09_tenRecoveryCodesAtTheSameMomentOverBothNodesAreSpentOrLeftAsTheAnswersSay() {
        for (int round = 0; round < 3; round++) {
            Enrolled user = Enrolled.withTotp(realm);
            List<Enrolled> doors = bothDoors(user);
            List<Answer> answers = Parallel.run(
                    10,
                    number -> () -> doors.get(number % 2)
                            .recoveryCode(
                                    user.accessToken(), user.recoveryCodes().get(number)));
            long spent =
                    answers.stream().filter(answer -> answer.status() == 200).count();
            assertThat(spent).isPositive();
            assertThat(doors).allSatisfy(door -> assertThat(remaining(door)).isEqualTo(10 - spent));
            for (int number = 0; number < 10; number++) {
                // The wait that the failures brought is over.
                clock.advance(Duration.ofHours(1));
                // At the other node now.
                Answer again = doors.get((number + 1) % 2)
                        .recoveryCode(user.accessToken(), user.recoveryCodes().get(number));
                assertThat(again.status())
                        .as("code %d, which was answered %s before", number, answers.get(number))
                        .isEqualTo(answers.get(number).status() == 200 ? 401 : 200);
            }
            assertThat(doors).allSatisfy(door -> assertThat(remaining(door)).isZero());
            clock.close();
        }
    }

    @Test
    void S39_aFactorThatIsSetUpAtOneNodeIsAskedForAndWorksAtTheOtherAtOnce() {
        for (int round = 0; round < 10; round++) {
            List<TestRealm> nodes = round % 2 == 0 ? List.of(realm, there()) : List.of(there(), realm);
            TestUser user = realm.newUser();
            // The other node knows the user without a factor.
            assertThat(nodes.get(1).directGrant(user).status()).isEqualTo(200);
            Enrolled there = Enrolled.withTotp(nodes.get(0), user).at(nodes.get(1));
            assertThat(nodes.get(1).directGrant(user).field("error"))
                    .as("without the factor, round %d", round)
                    .isEqualTo("mfa_required");
            assertThat(there.logIn().status()).isEqualTo(200);
        }
    }

    @Test
    void S14_aSetUpThatBeganAtOneNodeIsConfirmedAtTheOther() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        Device device = Device.scanning(setUp(realm, token).field("url"));
        Answer enabled = there().api()
                .post("/user/2fa/totp/enable")
                .bearer(token)
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(enabled.status()).as(enabled.text()).isEqualTo(200);
        assertThat(realm.directGrant(user).field("error")).isEqualTo("mfa_required");
    }

    @Test
    void S33_aSudoTokenOfOneNodeIsGoodAtTheOtherAndDeadAtBothOnceItsSessionIsLoggedOutThere() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int round = 0; round < 10; round++) {
            Answer tokens = user.logIn();
            String sudo = tokens.field("sudoToken");
            assertThat(setUp(there(), sudo).status()).isEqualTo(200);
            assertThat(setUp(realm, sudo).status()).isEqualTo(200);
            assertThat(there().api()
                            .post("/auth/logout")
                            .bearer(tokens.field("refreshToken"))
                            .send()
                            .status())
                    .isEqualTo(204);
            for (TestRealm node : List.of(realm, there())) {
                assertThat(setUp(node, sudo).message())
                        .as("sudo token at %s", node.api().base())
                        .isEqualTo("INVALID_TOKEN");
                assertThat(node.api()
                                .get("/user/2fa")
                                .bearer(tokens.field("accessToken"))
                                .send()
                                .message())
                        .as("access token at %s", node.api().base())
                        .isEqualTo("INVALID_TOKEN");
            }
        }
    }

    @Test
    void S33_S25_aUserWhomAnAdminDisablesAtOneNodeIsRefusedAtTheOtherAtOnce() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int round = 0; round < 10; round++) {
            String sudo = user.logIn().field("sudoToken");
            String partial = user.partialToken();
            // The other node knows the user as enabled.
            assertThat(setUp(there(), sudo).status()).isEqualTo(200);
            realm.update(user.user(), it -> it.setEnabled(false));
            assertThat(setUp(there(), sudo).message()).isEqualTo("INVALID_TOKEN");
            assertThat(user.at(there()).totp(partial, user.device().code()).message())
                    .isEqualTo("INVALID_TOKEN");
            realm.update(user.user(), it -> it.setEnabled(true));
        }
    }

    @Test
    void S22_bothNodesSayTheSameOfTheNextGuessAndBothHoldToIt() {
        List<Enrolled> doors = bothDoors(Enrolled.withTotp(realm));
        String wrong = doors.get(0).device().wrongCode();
        for (int guess = 0; guess < 12; guess++) {
            Enrolled here = doors.get(guess % 2);
            Enrolled other = doors.get((guess + 1) % 2);
            int wait = nextGuess(here);
            assertThat(nextGuess(other)).as("after %d guesses", guess).isBetween(wait - 1, wait);
            assertThat(wait > 0).as("a wait after %d guesses", guess).isEqualTo(guess >= 5);
            if (wait > 0) {
                clock.advance(Duration.ofSeconds(wait - 2L));
                assertThat(doors)
                        .allSatisfy(door -> assertThat(
                                        door.totp(door.accessToken(), wrong).retryAfter())
                                .isBetween(1, 2));
                clock.advance(Duration.ofSeconds(2));
            }
            assertThat(here.totp(here.accessToken(), wrong).status())
                    .as("in time, after %d guesses", guess)
                    .isEqualTo(401);
        }
    }

    @Test
    void S19_S16_ofManyOverBothNodesAtTheMomentOfTheLockOneIsLookedAtAndTheFactorIsLockedAtBoth() {
        TestRealm strict = newRealm()
                .settings(Map.of("lockAfter", Integer.toString(LOCK_AFTER), "longestWait", "60"))
                .create();
        for (int round = 0; round < 3; round++) {
            Enrolled victim = Enrolled.withTotp(strict);
            List<Enrolled> doors = List.of(victim, victim.at(strict.at(secondNode, cluster.admin())));
            String wrong = victim.device().wrongCode();
            for (int guess = 0; guess < LOCK_AFTER - 1; guess++) {
                assertThat(doors.get(guess % 2)
                                .totp(victim.accessToken(), wrong)
                                .status())
                        .isEqualTo(401);
                clock.advance(Duration.ofSeconds(61));
            }
            List<Answer> answers = Storm.uses(doors, Enrolled::totp, victim.accessToken(), List.of(wrong));
            assertThat(answers.stream().filter(answer -> answer.status() == 401))
                    .as("the last one, round %d", round)
                    .hasSize(1);
            for (Enrolled door : doors) {
                Answer right = door.totp(victim.accessToken(), victim.device().code());
                assertThat(right.message()).isEqualTo("TOO_MANY_TOTP_CHECKS");
                assertThat(right.retryAfter()).as("the longest wait").isEqualTo(60);
            }
            clock.close();
        }
    }

    private NewRealm newRealm() {
        return cluster.newRealm()
                .otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .withoutEvents();
    }

    private TestRealm there() {
        return realm.at(secondNode, cluster.admin());
    }

    private List<Enrolled> bothDoors(Enrolled user) {
        return List.of(user, user.at(there()));
    }

    private static Answer setUp(TestRealm node, String token) {
        return node.api().post("/user/2fa/totp/setup").bearer(token).json("{}").send();
    }

    private static long remaining(Enrolled door) {
        return door.methods().json().get("recoveryCodes").get("remaining").asLong();
    }

    private static int nextGuess(Enrolled door) {
        return door.nextGuess().json().required("duration").intValue();
    }
}
