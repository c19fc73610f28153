package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** {@code next-guess} and what is enforced are one rule, whatever happened before. */
@KeycloakTest
class NextGuessIT {
    private static final int STEPS = 40;

    private final TestRealm realm;

    NextGuessIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void S22_justBeforeItIs429AndJustAfterItIsNotOverRandomHistories(long seed, ServerClock clock) {
        Random random = new Random(seed);
        Enrolled user = Enrolled.withTotp(realm);
        for (int step = 0; step < STEPS; step++) {
            String token = user.partialToken();
            int duration = nextGuess(token);
            boolean right = random.nextInt(12) == 0;
            if (duration > 1 && random.nextBoolean()) {
                clock.advance(Duration.ofSeconds(duration - 2L));
                Answer early = guess(user, right);
                assertThat(early.status())
                        .as("seed %d, step %d, too early", seed, step)
                        .isEqualTo(429);
                assertThat(early.retryAfter()).isBetween(1, 2);
                assertThat(nextGuess(user.partialToken())).isBetween(1, 2);
                clock.advance(Duration.ofSeconds(2));
            } else {
                clock.advance(Duration.ofSeconds(duration));
            }
            assertThat(guess(user, right).status())
                    .as("seed %d, step %d, in time", seed, step)
                    .isEqualTo(right ? 200 : 401);
        }
    }

    private static Answer guess(Enrolled user, boolean right) {
        return user.totp(
                user.partialToken(),
                right ? user.device().code() : user.device().wrongCode());
    }

    private int nextGuess(String token) {
        return realm.api()
                .get("/user/2fa/totp/next-guess")
                .bearer(token)
                .send()
                .json()
                .get("duration")
                .asInt();
    }
}
