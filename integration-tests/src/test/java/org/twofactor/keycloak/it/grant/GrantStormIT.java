package org.twofactor.keycloak.it.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Many at once at the grant, and at REST beside it: one guard, one success. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantStormIT {
    private static final int AT_ONCE = 64;

    private final TestRealm realm;
    private final GrantClient backend;

    GrantStormIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0"))
                .withoutEvents()
                .create();
        this.backend = GrantClient.confidential(realm);
    }

    @Test
    void S16_S17_wrongCodesCountAtRestAndAtTheGrantTogetherAndTheWaitIsTheSame(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        String wrong = user.device().wrongCode();
        IntStream.range(0, 3)
                .forEach(i -> assertThat(user.totp(user.accessToken(), wrong).message())
                        .isEqualTo("TOTP_INVALID"));
        IntStream.range(0, 2)
                .forEach(i -> Refused.asWrongCode(backend.redeem(backend.partialToken(user.user()), "totp", wrong)));
        String partial = backend.partialToken(user.user());
        Answer right = backend.redeem(partial, "totp", user.device().code());
        Refused.asTooMany(right, "TOO_MANY_GUESSES", 30);
        assertThat(user.totp(user.accessToken(), user.device().code()).message())
                .isEqualTo("TOO_MANY_TOTP_CHECKS");
        assertThat(user.nextGuess().json().get("duration").asInt()).isBetween(1, right.retryAfter());

        clock.advance(Duration.ofSeconds(31));
        assertThat(backend.redeem(partial, "totp", user.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S16_ofAHundredAndTwentyParallelWrongGuessesOverBothDoorsFiveAreLookedAt() {
        Enrolled victim = Enrolled.withTotp(realm);
        String wrong = victim.device().wrongCode();
        List<String> partials = IntStream.range(0, 10)
                .mapToObj(i -> backend.partialToken(victim.user()))
                .toList();
        List<Answer> answers = Parallel.run(
                120,
                number -> () -> number % 2 == 0
                        ? backend.redeem(partials.get(number / 2 % partials.size()), "totp", wrong)
                        : victim.totp(victim.accessToken(), wrong));
        assertThat(answers).filteredOn(answer -> answer.status() != 429).hasSize(5);
        assertThat(answers).filteredOn(answer -> answer.status() == 200).isEmpty();
    }

    @Test
    void S09_S35_sixtyFourParallelRedemptionsOfOnePartialTokenAreOneSuccessAndOneSession() {
        for (int round = 0; round < 5; round++) {
            Enrolled user = Enrolled.withTotp(realm);
            // Four codes that are all right: only the partial token can keep three of them out.
            String partial = backend.partialToken(user.user());
            List<String> codes =
                    IntStream.range(0, 4).mapToObj(i -> user.device().code()).toList();
            int before = realm.user(user.user()).getUserSessions().size();
            List<Answer> answers = Parallel.run(
                    AT_ONCE, number -> () -> backend.redeem(partial, "totp", codes.get(number % codes.size())));
            assertOneSuccess(answers, answer -> answer.status() == 200);
            assertThat(realm.user(user.user()).getUserSessions()).hasSize(before + 1);
        }
    }

    @Test
    void S09_S35_atRestAndAtTheGrantTogetherItIsOneSuccessToo() {
        GrantClient app = GrantClient.open(realm);
        for (int round = 0; round < 3; round++) {
            Enrolled user = Enrolled.withTotp(realm);
            String partial = user.partialToken();
            List<String> codes =
                    IntStream.range(0, 4).mapToObj(i -> user.device().code()).toList();
            List<Answer> answers = Parallel.run(
                    32,
                    number -> () -> number % 2 == 0
                            ? app.redeem(partial, "totp", codes.get(number / 2 % codes.size()))
                            : user.totp(partial, codes.get(number / 2 % codes.size())));
            assertOneSuccess(answers, answer -> answer.status() == 200);
        }
    }

    @Test
    void S09_sixtyFourParallelUsesOfOneMailCodeAreOneSuccess(Inbox inbox) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        List<String> partials = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> backend.partialToken(user.user()))
                .toList();
        assertThat(backend.challenge(partials.get(0)).field("error")).isEqualTo("authorization_pending");
        String code = user.nextCode();
        List<Answer> answers =
                Parallel.run(AT_ONCE, number -> () -> backend.redeem(partials.get(number), "email-otp", code));
        assertOneSuccess(answers, answer -> answer.status() == 200);
    }

    @Test
    void S23_thirtyParallelRequestsForAMailAreOneMail(NewRealm another, Inbox inbox) {
        TestRealm patient = another.withoutEvents().create();
        EmailEnrolled user = EmailEnrolled.in(patient, inbox);
        GrantClient client = GrantClient.confidential(patient);
        List<String> partials = IntStream.range(0, 30)
                .mapToObj(i -> client.partialToken(user.user()))
                .toList();
        List<Answer> answers = Parallel.run(30, number -> () -> client.challenge(partials.get(number)));
        assertOneSuccess(answers, answer -> answer.field("error").equals("authorization_pending"));
        user.nextCode();
    }

    private static void assertOneSuccess(List<Answer> answers, Predicate<Answer> success) {
        assertThat(answers)
                .as(answers.stream().map(Answer::status).toList().toString())
                .filteredOn(success)
                .hasSize(1);
        assertThat(answers).allMatch(answer -> List.of(200, 400, 401, 429).contains(answer.status()));
    }
}
