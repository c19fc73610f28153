package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
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
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SingleUseIT {
    private final TestRealm realm;

    SingleUseIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .withoutEvents()
                .create();
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneTotpAreOneSuccess(ServerClock clock) {
        Storm.rounds(30, () -> Enrolled.withTotp(realm), clock, user -> {
            String code = user.device().code();
            return Storm.uses(List.of(user), Enrolled::totp, user.accessToken(), List.of(code));
        });
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneRecoveryCodeAreOneSuccess(ServerClock clock) {
        Storm.rounds(10, () -> Enrolled.withTotp(realm), clock, user -> {
            String code = user.recoveryCode();
            return Storm.uses(List.of(user), Enrolled::recoveryCode, user.accessToken(), List.of(code));
        });
    }

    @Test
    void S09_S35_sixtyFourParallelUsesOfOnePartialTokenAreOneSuccessAndOneSession(ServerClock clock) {
        Storm.rounds(8, () -> Enrolled.withTotp(realm), clock, user -> {
            // Four codes that are all right: only the partial token can keep three of them out.
            String partial = user.partialToken();
            List<String> codes =
                    IntStream.range(0, 4).mapToObj(i -> user.device().code()).toList();
            int before = realm.user(user.user()).getUserSessions().size();
            List<Answer> answers = Storm.uses(List.of(user), Enrolled::totp, partial, codes);
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
}
