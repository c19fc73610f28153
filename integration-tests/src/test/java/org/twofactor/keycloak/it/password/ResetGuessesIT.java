package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.password.PasswordCalls.timeless;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.twofactor.keycloak.it.realm.TestUser;

/** Guessing at the codes of password resets, which is open to everybody. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetGuessesIT {
    private static final int GUESSES = 500;
    private static final int AT_ONCE = 50;
    private static final int PER_CODE = 5;

    private final TestRealm realm;
    private final PasswordCalls calls;
    private final Inbox inbox;

    ResetGuessesIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(generous()).bruteForce(3).create();
        this.calls = new PasswordCalls(realm, inbox);
        this.inbox = inbox;
    }

    private static Map<String, String> generous() {
        return Map.of("mailInterval", "0", "resetMailsPerHour", "1000", "resetMailsPerDay", "1000");
    }

    @Test
    void S24_S30_aCodeStandsFiveGuessesAndTheSixthIsRefusedAlikeRightOrWrong() {
        TestUser user = realm.newUser();
        String code = calls.sentCode(user);
        Answer wrong = calls.validate(user.email(), otherThan(code));
        calls.validate(user.email(), otherThan(code));
        assertNothingToSay(calls.validate(user.email(), code));
        calls.reset(user.email(), otherThan(code), newPassword());
        calls.reset(user.email(), otherThan(code), newPassword());
        assertNothingToSay(calls.validate(user.email(), code));
        assertWrongCode(calls.validate(user.email(), otherThan(code)));
        for (Answer answer : List.of(
                calls.validate(user.email(), code),
                calls.validate(user.email(), otherThan(code)),
                calls.reset(user.email(), code, newPassword()))) {
            assertThat(timeless(answer)).isEqualTo(timeless(wrong));
        }
        assertNothingToSay(calls.reset(user.email(), calls.sentCode(user), newPassword()));
    }

    @Test
    void S16_S24_ofFiveHundredParallelGuessesFiveAreLookedAt(NewRealm newRealm) {
        TestRealm strict = newRealm.settings(generous())
                .settings(Map.of("resetGuessesPerDay", String.valueOf(2 * PER_CODE - 1)))
                .create();
        PasswordCalls there = new PasswordCalls(strict, inbox);
        TestUser user = strict.newUser();
        String code = there.sentCode(user);
        List<Answer> answers = Parallel.run(
                        AT_ONCE,
                        thread -> () -> IntStream.range(0, GUESSES / AT_ONCE)
                                .mapToObj(i -> there.validate(user.email(), otherThan(code)))
                                .toList())
                .stream()
                .flatMap(List::stream)
                .toList();
        assertThat(answers).hasSize(GUESSES).allSatisfy(PasswordCalls::assertWrongCode);
        assertWrongCode(there.reset(user.email(), code, newPassword()));

        // What is left of the day says how many were looked at: four more, and then no other.
        String another = there.sentCode(user);
        IntStream.range(0, PER_CODE - 2).forEach(i -> there.validate(user.email(), otherThan(another)));
        assertNothingToSay(there.validate(user.email(), another));
        assertWrongCode(there.validate(user.email(), otherThan(another)));
        assertWrongCode(there.validate(user.email(), another));
    }

    @Test
    void S24_rightOnesDoNotCountHoweverMany() {
        TestUser user = realm.newUser();
        String code = calls.sentCode(user);
        IntStream.range(0, 60).forEach(i -> assertNothingToSay(calls.validate(user.email(), code)));
    }

    @Test
    void S24_anAccountStandsFiftyGuessesADayOverAllCodesAndRightOnesDoNotCount(ServerClock clock) {
        TestUser user = realm.newUser();
        Answer wrong = guessWrong(user, calls.sentCode(user), PER_CODE);
        for (int code = 1; code < 9; code++) {
            guessWrong(user, calls.sentCode(user), PER_CODE);
            clock.advance(Duration.ofMinutes(61));
        }
        String last = calls.sentCode(user);
        guessWrong(user, last, PER_CODE - 1);
        for (int i = 0; i < 60; i++) {
            assertNothingToSay(calls.validate(user.email(), last));
        }
        guessWrong(user, last, 1);

        String right = calls.sentCode(user);
        List<Answer> refused = new ArrayList<>(
                List.of(calls.validate(user.email(), right), calls.reset(user.email(), right, newPassword())));
        refused.add(calls.validate(user.email(), otherThan(right)));
        assertThat(refused).allSatisfy(answer -> assertThat(timeless(answer)).isEqualTo(timeless(wrong)));

        assertThat(realm.admin().attackDetection().bruteForceUserStatus(user.id()))
                .containsEntry("disabled", false)
                .containsEntry("numFailures", 0);
        assertThat(calls.logIn(user, user.password()).status()).isEqualTo(200);

        clock.advance(Duration.ofDays(1));
        String password = newPassword();
        assertNothingToSay(calls.reset(user.email(), calls.sentCode(user), password));
        assertThat(calls.logIn(user, password).status()).isEqualTo(200);
    }

    /** Or else anybody could shut a user out of the reset for a day, without a single mail. */
    @Test
    void S24_guessesAtNoCodeCostTheAccountNothing() {
        TestUser user = realm.newUser();
        for (int guess = 0; guess < 60; guess++) {
            assertWrongCode(calls.validate(user.email(), "123456"));
        }
        String code = calls.sentCode(user);
        guessWrong(user, code, PER_CODE);
        for (int guess = 0; guess < 60; guess++) {
            assertWrongCode(calls.validate(user.email(), code));
        }
        assertNothingToSay(calls.reset(user.email(), calls.sentCode(user), newPassword()));
    }

    @Test
    void S23_aThousandMailsThatAreAskedForInAMinuteAreTheFiveOfAnHour(NewRealm newRealm, ServerClock clock) {
        TestRealm standard = newRealm.settings(Map.of("mailInterval", "0")).create();
        PasswordCalls there = new PasswordCalls(standard, inbox);
        TestUser user = standard.newUser();
        List<Integer> statuses = Parallel.run(
                        AT_ONCE,
                        thread -> () -> IntStream.range(0, 1_000 / AT_ONCE)
                                .mapToObj(i -> i % 2 == 0 ? there.send(user.email()) : there.forgot(user.email()))
                                .map(Answer::status)
                                .toList())
                .stream()
                .flatMap(List::stream)
                .toList();
        assertThat(statuses).hasSize(1_000).containsOnly(200, 429);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(5);
        inbox.await(user.email(), 5);

        // With the next one here, none is under way any more.
        clock.advance(Duration.ofHours(1));
        assertNothingToSay(there.send(user.email()));
        assertThat(inbox.await(user.email(), 6)).hasSize(6);
    }

    private Answer guessWrong(TestUser user, String code, int times) {
        Answer last = null;
        for (int guess = 0; guess < times; guess++) {
            last = calls.validate(user.email(), otherThan(code));
            assertWrongCode(last);
        }
        return last;
    }
}
