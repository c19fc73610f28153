package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.password.PasswordCalls.timeless;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;

/** Reset codes that are guessed across many accounts, of which none sees many guesses. */
@KeycloakTest
class ResetFailuresIT {
    private static final int LIMIT = 10;

    private final Inbox inbox;
    private final Metrics metrics;

    ResetFailuresIT(Inbox inbox, KeycloakServer server) {
        this.inbox = inbox;
        this.metrics = new Metrics(server);
    }

    @Test
    void S24_S27_S67_wrongCodesOfAWholeRealmMakeUnknownDevicesWaitAndNoOthers(NewRealm newRealm, ServerClock clock) {
        TestRealm realm = limited(newRealm);
        PasswordCalls calls = new PasswordCalls(realm, inbox);
        TestUser user = realm.newUser();
        String cookie = cookie(calls.logIn(user, user.password()));
        String code = calls.sentCode(user);
        // Right ones do not count, however many.
        IntStream.range(0, 2 * LIMIT).forEach(guess -> assertNothingToSay(calls.validate(user.email(), code)));
        for (int guess = 0; guess < LIMIT; guess++) {
            TestUser victim = realm.newUser();
            assertWrongCode(calls.validate(victim.email(), otherThan(calls.sentCode(victim))));
        }

        Answer limited = calls.validate(user.email(), code);
        assertThat(limited.status()).as(limited.text()).isEqualTo(429);
        assertThat(limited.message()).isEqualTo("TOO_MANY_RESET_CHECKS");
        assertThat(limited.retryAfter()).isBetween(3_000, 3_600);
        for (Answer other : List.of(
                calls.validate("nobody-" + user.email(), code),
                calls.validate(realm.newUser().email(), code))) {
            assertThat(timeless(other)).isEqualTo(timeless(limited));
        }
        assertThat(calls.reset(user.email(), code, newPassword()).message()).isEqualTo("TOO_MANY_RESET_CHECKS");

        assertThat(realm.events("CUSTOM_REQUIRED_ACTION_ERROR"))
                .anySatisfy(event -> assertThat(event.getError()).isEqualTo("too_many_reset_checks"));
        assertThat(outcomes(realm, "wrong")).isEqualTo(LIMIT);
        assertThat(outcomes(realm, "limited")).isEqualTo(4);

        String password = newPassword();
        assertNothingToSay(calls.resetCall(user.email(), code, password)
                .header("Cookie", cookie)
                .send());
        assertThat(calls.logIn(user, password).status()).isEqualTo(200);

        clock.advance(Duration.ofSeconds(limited.retryAfter()));
        TestUser later = realm.newUser();
        assertNothingToSay(calls.reset(later.email(), calls.sentCode(later), newPassword()));
    }

    @Test
    void S16_S24_ofManyParallelGuessesNoMoreThanTheRealmsLimitAreLookedAt(NewRealm newRealm) {
        TestRealm realm = limited(newRealm);
        PasswordCalls calls = new PasswordCalls(realm, inbox);
        List<String> addresses = IntStream.range(0, 4 * LIMIT)
                .mapToObj(number -> number + "-nobody@example.org")
                .toList();
        addresses.forEach(address -> assertNothingToSay(calls.send(address)));
        List<Answer> answers =
                Parallel.run(addresses.size(), thread -> () -> calls.validate(addresses.get(thread), "123456"));
        assertThat(answers.stream().map(Answer::status)).containsOnly(401, 429);
        assertThat(answers.stream().filter(answer -> answer.status() == 429).map(Answer::message))
                .containsOnly("TOO_MANY_RESET_CHECKS");
        long lookedAt =
                answers.stream().filter(answer -> answer.status() == 401).count();
        assertThat(lookedAt).isBetween(1L, (long) LIMIT);
        assertThat(outcomes(realm, "wrong")).isEqualTo((double) lookedAt);
    }

    private static TestRealm limited(NewRealm newRealm) {
        return newRealm.settings(Map.of("mailInterval", "0", "resetFailuresPerHour", String.valueOf(LIMIT)))
                .create();
    }

    private double outcomes(TestRealm realm, String outcome) {
        return metrics.value(
                "two_factor_reset_guesses_total", "outcome=\"%s\",realm=\"%s\"".formatted(outcome, realm.name()));
    }

    private static String cookie(Answer login) {
        return login.headers().get("set-cookie").stream()
                .filter(cookie -> cookie.startsWith("TWO_FACTOR_KNOWN_"))
                .findFirst()
                .orElseThrow()
                .split(";", 2)[0];
    }
}
