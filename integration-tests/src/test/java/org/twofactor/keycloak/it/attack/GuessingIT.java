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

/** Somebody has the password, and guesses. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuessingIT {
    private final TestRealm realm;

    GuessingIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .withoutEvents()
                .create();
    }

    @Test
    void S16_S17_S21_ofFiveHundredParallelTotpGuessesOverFortyTokensExactlyFiveAreLookedAt() {
        Enrolled victim = Enrolled.withTotp(realm);
        String wrong = victim.device().wrongCode();
        List<Answer> answers = Storm.guesses(List.of(victim), Enrolled::totp, wrong);
        Storm.assertExactlyFiveEvaluated(answers, "TOTP_INVALID", "TOO_MANY_TOTP_CHECKS");

        Answer right = victim.totp(victim.accessToken(), victim.device().code());
        assertThat(right.message()).isEqualTo("TOO_MANY_TOTP_CHECKS");
        assertThat(right.retryAfter()).isBetween(1, 30);
        assertThat(right.header("Retry-After")).contains(Integer.toString(right.retryAfter()));
    }

    @Test
    void S16_S17_S21_ofFiveHundredParallelRecoveryCodeGuessesExactlyFiveAreLookedAt() {
        Enrolled victim = Enrolled.withTotp(realm);
        List<Answer> answers = Storm.guesses(List.of(victim), Enrolled::recoveryCode, "AAAAAAAAAAAAAAAA");
        Storm.assertExactlyFiveEvaluated(answers, "RECOVERY_CODE_INVALID", "TOO_MANY_RECOVERY_CODE_CHECKS");

        Answer right = victim.recoveryCode(victim.accessToken(), victim.recoveryCode());
        assertThat(right.message()).isEqualTo("TOO_MANY_RECOVERY_CODE_CHECKS");
        assertThat(right.retryAfter()).isBetween(1, 30);
    }

    @Test
    void S16_ofAHundredParallelWrongPasswordsFiveAreLookedAtAndTheRightOneHasToWaitToo(ServerClock clock) {
        var user = realm.newUser();
        List<Answer> answers = Parallel.run(100, () -> login(user.username(), "wrong password"));
        Storm.assertExactlyFiveEvaluated(answers, "PASSWORD_INCORRECT", "TOO_MANY_FAILED_PASSWORD_CHECKS");
        assertThat(login(user.username(), user.password()).status()).isEqualTo(429);
        clock.advance(Duration.ofSeconds(31));
        assertThat(login(user.username(), user.password()).status()).isEqualTo(200);
    }

    @Test
    void S17_nothingButARightCodeResetsTheCount() {
        Enrolled victim = Enrolled.withTotp(realm);
        String wrong = victim.device().wrongCode();
        IntStream.range(0, 4)
                .forEach(i -> assertThat(
                                victim.totp(victim.partialToken(), wrong).status())
                        .isEqualTo(401));
        // Another partial token, the right password, another factor's success and a new set-up change nothing.
        String sudo =
                victim.recoveryCode(victim.accessToken(), victim.recoveryCode()).field("sudoToken");
        assertThat(realm.api()
                        .post("/user/2fa/totp/setup")
                        .bearer(sudo)
                        .json("{}")
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(victim.totp(victim.partialToken(), wrong).status()).isEqualTo(401);
        assertThat(victim.totp(victim.partialToken(), wrong).status()).isEqualTo(429);
        // The other factor has a count of its own.
        assertThat(victim.recoveryCode(victim.accessToken(), victim.recoveryCode())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S17_aRightCodeResetsTheCount() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int round = 0; round < 3; round++) {
            IntStream.range(0, 4)
                    .forEach(i -> assertThat(
                                    user.totp(user.accessToken(), user.device().wrongCode())
                                            .status())
                            .isEqualTo(401));
            assertThat(user.totp(user.accessToken(), user.device().code()).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void S21_blockedGuessesDoNotLengthenTheWait(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        exhaustFreeGuesses(user);
        int first = user.totp(user.accessToken(), user.device().wrongCode()).retryAfter();
        IntStream.range(0, 20)
                .forEach(i -> user.totp(user.accessToken(), user.device().wrongCode()));
        int last = user.totp(user.accessToken(), user.device().wrongCode()).retryAfter();
        assertThat(last).isLessThanOrEqualTo(first);
        clock.advance(Duration.ofSeconds(31));
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S18_inADayOfGuessingAsFastAsIsAllowedNoMoreThanFortyAreLookedAt(ServerClock clock) {
        Enrolled victim = Enrolled.withTotp(realm);
        // The access token of five minutes would end: each guess has a new partial token, as the attacker can.
        String wrong = victim.device().wrongCode();
        Duration elapsed = Duration.ZERO;
        int evaluated = 0;
        while (elapsed.compareTo(Duration.ofDays(1)) < 0) {
            Answer answer = victim.totp(victim.partialToken(), wrong);
            if (answer.status() == 401) {
                evaluated++;
                assertThat(evaluated).as("guesses looked at so far").isLessThanOrEqualTo(40);
            } else {
                assertThat(answer.status()).isEqualTo(429);
                Duration delay = Duration.ofSeconds(answer.retryAfter());
                clock.advance(delay);
                elapsed = elapsed.plus(delay);
            }
        }
        assertThat(evaluated).isBetween(30, 40);
    }

    private static void exhaustFreeGuesses(Enrolled user) {
        IntStream.range(0, 5)
                .forEach(i -> assertThat(
                                user.totp(user.accessToken(), user.device().wrongCode())
                                        .status())
                        .isEqualTo(401));
    }

    private Answer login(String username, String password) {
        return realm.api()
                .post("/auth/login")
                .json(java.util.Map.of("username", username, "password", password))
                .send();
    }
}
