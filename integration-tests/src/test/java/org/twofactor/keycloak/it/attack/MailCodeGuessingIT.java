package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.attack.Storm.Guess;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** Somebody has the password or a token, and guesses at codes that go to a mailbox. No mail is held back here. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailCodeGuessingIT {
    private final TestRealm realm;
    private final Inbox inbox;

    MailCodeGuessingIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "10000"))
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .withoutEvents()
                .create();
        this.inbox = inbox;
    }

    @Test
    void S16_S17_S21_ofFiveHundredParallelGuessesAtAChallengeExactlyFiveAreLookedAt(ServerClock clock) {
        TestUser user = realm.newUser();
        List<String> early = tokensOf(user);
        EmailEnrolled victim = EmailEnrolled.in(realm, inbox, user, user.email());
        List<String> tokens = Storm.tokens(victim::partialToken, early.iterator()::next);
        assertFiveOfFiveHundred(
                victim, EmailEnrolled::authenticate, tokens, () -> victim.challengedCode(victim.accessToken()), clock);
    }

    @Test
    void S16_S17_S21_ofFiveHundredParallelGuessesAtASetUpExactlyFiveAreLookedAt(ServerClock clock) {
        TestUser user = realm.newUser();
        List<String> tokens = tokensOf(user);
        assertFiveOfFiveHundred(
                realm,
                EmailEnrolled::enable,
                tokens,
                () -> {
                    assertNothingToSay(EmailEnrolled.setUp(realm, tokens.get(0), user.email()));
                    return EmailEnrolled.code(inbox, user.email());
                },
                clock);
    }

    @Test
    void S16_S17_S21_ofFiveHundredParallelGuessesAtATransferExactlyFiveAreLookedAt(ServerClock clock) {
        TestUser user = realm.newUser();
        List<String> tokens = tokensOf(user);
        assertFiveOfFiveHundred(
                realm,
                Transfer::complete,
                tokens,
                () -> Transfer.initiatedCode(realm, inbox, tokens.get(0), "new-" + user.email()),
                clock);
    }

    @Test
    void S17_nothingButARightCodeResetsTheCount() {
        EmailEnrolled victim = EmailEnrolled.in(realm, inbox);
        Stream.generate(victim::partialToken)
                .limit(4)
                .forEach(partial -> assertThat(
                                victim.authenticate(partial, "000000").status())
                        .isEqualTo(401));
        // Another partial token, a new code, another factor's success and a new set-up change nothing.
        String sudo = victim.sudoTokenByRecoveryCode();
        String code = victim.challengedCode(victim.accessToken());
        assertNothingToSay(EmailEnrolled.setUp(realm, sudo, victim.address()));
        String setUpCode = victim.nextCode();
        assertThat(victim.authenticate(victim.partialToken(), otherThan(code)).status())
                .isEqualTo(401);
        assertThat(victim.authenticate(victim.partialToken(), code).status()).isEqualTo(429);
        assertThat(EmailEnrolled.enable(realm, victim.accessToken(), setUpCode).status())
                .as("one count for the factor, at both doors")
                .isEqualTo(429);
    }

    @Test
    void S18_inADayOfGuessingAsFastAsIsAllowedWithANewCodeEachTimeNoMoreThanFortyAreLookedAt(ServerClock clock) {
        EmailEnrolled victim = EmailEnrolled.in(realm, inbox);
        Duration elapsed = Duration.ZERO;
        int evaluated = 0;
        while (elapsed.compareTo(Duration.ofDays(1)) < 0) {
            String partial = victim.partialToken();
            Answer answer = victim.authenticate(partial, otherThan(victim.challengedCode(partial)));
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

    /**
     * @param sent sends a code and reads it
     */
    private static <D> void assertFiveOfFiveHundred(
            D door, Guess<D> guess, List<String> tokens, Supplier<String> sent, ServerClock clock) {
        String code = sent.get();
        Storm.assertExactlyFiveEvaluated(
                Storm.guesses(List.of(door), guess, tokens, otherThan(code)),
                "OTP_INVALID_EXPIRED",
                "TOO_MANY_OTP_CHECKS");
        String token = tokens.get(tokens.size() - 1);
        assertBlocked(guess.send(door, token, code), 30);

        clock.advance(Duration.ofSeconds(31));
        assertThat(guess.send(door, token, code).message())
                .as("the code has stood its five guesses")
                .isEqualTo("OTP_INVALID_EXPIRED");
        String another = sent.get();
        assertBlocked(guess.send(door, token, another), 60);
        clock.advance(Duration.ofSeconds(61));
        assertThat(guess.send(door, token, another).status()).isEqualTo(200);
    }

    private static void assertBlocked(Answer answer, int longest) {
        assertThat(answer.message()).isEqualTo("TOO_MANY_OTP_CHECKS");
        assertThat(answer.retryAfter()).isBetween(1, longest);
        assertThat(answer.header("Retry-After")).contains(Integer.toString(answer.retryAfter()));
    }

    /** Of two clients, each of a session of its own. */
    private List<String> tokensOf(TestUser user) {
        return Storm.tokens(
                () -> realm.accessToken(user),
                () -> realm.directGrant(OTHER_APP, user, Map.of()).field("access_token"));
    }
}
