package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** What is good once is good once, however many ask at the same moment. */
@KeycloakTest
class SingleUseIT {
    private static final int AT_ONCE = 64;
    private static final int ROUNDS = 200;

    private final TestRealm realm;

    SingleUseIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .withoutEvents()
                .create();
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneTotpAreOneSuccess(ServerClock clock) {
        rounds(clock, 30, user -> {
            String code = user.device().code();
            return Parallel.run(AT_ONCE, () -> user.totp(user.accessToken(), code));
        });
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneRecoveryCodeAreOneSuccess(ServerClock clock) {
        rounds(clock, 10, user -> {
            String code = user.recoveryCode();
            return Parallel.run(AT_ONCE, () -> user.recoveryCode(user.accessToken(), code));
        });
    }

    @Test
    void S09_S35_sixtyFourParallelUsesOfOnePartialTokenAreOneSuccessAndOneSession(ServerClock clock) {
        rounds(clock, 8, user -> {
            // Four codes that are all right: only the partial token can keep three of them out.
            String partial = user.partialToken();
            List<String> codes =
                    IntStream.range(0, 4).mapToObj(i -> user.device().code()).toList();
            int before = realm.user(user.user()).getUserSessions().size();
            List<Answer> answers =
                    Parallel.run(AT_ONCE, number -> () -> user.totp(partial, codes.get(number % codes.size())));
            assertThat(realm.user(user.user()).getUserSessions()).hasSize(before + 1);
            return answers;
        });
    }

    @Test
    void S09_differentRecoveryCodesAtTheSameMomentNeverComeBack() {
        for (int round = 0; round < 20; round++) {
            Enrolled user = Enrolled.withTotp(realm);
            List<Answer> answers = Parallel.run(
                    10,
                    number -> () -> user.recoveryCode(
                            user.accessToken(), user.recoveryCodes().get(number)));
            long used =
                    answers.stream().filter(answer -> answer.status() == 200).count();
            assertThat(used).isPositive();
            assertThat(user.methods()
                            .json()
                            .get("recoveryCodes")
                            .get("remaining")
                            .asLong())
                    .isEqualTo(10 - used);
        }
    }

    private void rounds(ServerClock clock, int perUser, Function<Enrolled, List<Answer>> round) {
        Enrolled user = null;
        for (int number = 0; number < ROUNDS; number++) {
            if (number % perUser == 0) {
                clock.close();
                user = Enrolled.withTotp(realm);
            }
            assertOneSuccess(round.apply(user), number);
            // Those who came second have failed; the wait that this brought is over.
            clock.advance(Duration.ofMinutes(1));
        }
    }

    private static void assertOneSuccess(List<Answer> answers, int round) {
        assertThat(answers.stream().filter(answer -> answer.status() == 200))
                .as(
                        "successes in round %d of %s",
                        round, answers.stream().map(Answer::status).toList())
                .hasSize(1);
        assertThat(answers).allMatch(answer -> List.of(200, 401, 429).contains(answer.status()));
    }
}
