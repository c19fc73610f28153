package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.EventRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Browser and REST are two doors of one engine: a guess at one counts at the other, a code used at one is used up. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneEngineIT {
    private static final int SESSIONS = 20;
    private static final int GUESSES_EACH = 5;

    private final TestRealm realm;
    private final TestRealm quiet;

    OneEngineIT(NewRealm newRealm, NewRealm another) {
        this.realm = realm(newRealm);
        this.quiet = realm(another.withoutEvents());
    }

    private static TestRealm realm(NewRealm realm) {
        // Longer than the longest of these tests takes on a busy machine.
        return realm.settings(Map.of("firstWait", "110"))
                .otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.anyOf("two-factor-totp-form", "two-factor-recovery-code-form"))
                .create();
    }

    @Test
    void S08_aTotpThatWasUsedOnThePageIsRefusedAtRest() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.device().code();
        assertThat(atPage(user).code(code).loggedIn()).isTrue();
        assertThat(user.totp(user.accessToken(), code).message()).isEqualTo("TOTP_INVALID");
        assertThat(user.totp(user.partialToken(), code).message()).isEqualTo("TOTP_INVALID");
    }

    @Test
    void S08_aTotpThatWasUsedAtRestIsRefusedOnThePage() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.device().code();
        assertThat(user.totp(user.accessToken(), code).status()).isEqualTo(200);
        HttpBrowser browser = atPage(user);
        assertThat(browser.code(code).error()).hasValue(CodePage.WRONG);
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
    }

    @Test
    void S08_aTotpThatWasUsedInOneBrowserIsRefusedInAnother() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.device().code();
        assertThat(atPage(user).code(code).loggedIn()).isTrue();
        assertThat(atPage(user).code(code).error()).hasValue(CodePage.WRONG);
    }

    @Test
    void S08_S09_oneTotpAtBothDoorsAtTheSameMomentIsOneSuccess() {
        for (int round = 0; round < 5; round++) {
            Enrolled user = Enrolled.withTotp(realm);
            List<HttpBrowser> browsers =
                    Stream.generate(() -> atPage(user)).limit(3).toList();
            String code = user.device().code();
            List<Boolean> opened = Parallel.run(
                    6,
                    number -> () -> number < 3
                            ? browsers.get(number).code(code).loggedIn()
                            : user.totp(user.accessToken(), code).status() == 200);
            assertThat(opened.stream().filter(open -> open)).hasSize(1);
        }
    }

    @Test
    void S16_S17_ofTwoHundredParallelGuessesOverTwentyBrowsersAndTwentyRestCallersFiveAreLookedAt() {
        Enrolled victim = Enrolled.withTotp(quiet);
        List<HttpBrowser> browsers = Stream.generate(() -> HttpBrowser.withPassword(quiet, victim.user()))
                .limit(SESSIONS)
                .toList();
        List<String> tokens =
                Stream.generate(victim::partialToken).limit(SESSIONS).toList();
        String wrong = victim.device().wrongCode();

        List<List<Boolean>> lookedAt = Parallel.run(
                2 * SESSIONS,
                number -> () -> IntStream.range(0, GUESSES_EACH)
                        .mapToObj(guess -> number < SESSIONS
                                ? wasLookedAt(browsers.get(number).code(wrong))
                                : wasLookedAt(victim.totp(tokens.get(number - SESSIONS), wrong)))
                        .toList());

        assertThat(lookedAt.stream().flatMap(List::stream)).hasSize(2 * SESSIONS * GUESSES_EACH);
        assertThat(lookedAt.stream().flatMap(List::stream).filter(looked -> looked))
                .hasSize(5);
        assertThat(browsers.get(0).code(victim.device().code()).loggedIn())
                .as("a right code, which has to wait too")
                .isFalse();
    }

    private static boolean wasLookedAt(HttpBrowser browser) {
        assertThat(browser.error()).isPresent();
        String error = browser.error().orElseThrow();
        assertThat(error).matches(text -> text.equals(CodePage.WRONG) || text.startsWith("Too many wrong codes."));
        return error.equals(CodePage.WRONG);
    }

    private static boolean wasLookedAt(Answer answer) {
        assertThat(answer.status()).isIn(401, 429);
        return answer.status() == 401;
    }

    @Test
    void S17_S18_S22_guessesAtBothDoorsAreOneStreakAndTheWaitIsTheSame() {
        Enrolled user = Enrolled.withTotp(realm);
        HttpBrowser browser = atPage(user);
        String wrong = user.device().wrongCode();
        for (int guess = 0; guess < 3; guess++) {
            assertThat(browser.code(wrong).error()).hasValue(CodePage.WRONG);
        }
        assertThat(user.totp(user.accessToken(), wrong).status()).isEqualTo(401);
        assertThat(user.totp(user.accessToken(), wrong).status()).isEqualTo(401);

        int before = user.nextGuess().json().get("duration").asInt();
        String error = browser.code(user.device().code()).error().orElseThrow();
        int after = user.nextGuess().json().get("duration").asInt();
        assertThat(error).matches("Too many wrong codes\\. Try again in \\d+ s\\.");
        assertThat(Integer.parseInt(error.replaceAll("\\D", ""))).isBetween(after, before);
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(429);
        assertThat(browser.tryOtherWay().code(user.recoveryCode()).loggedIn())
                .as("another factor has a count of its own")
                .isTrue();
        assertThat(user.totp(user.accessToken(), user.device().code()).status())
                .as("and resets no other's")
                .isEqualTo(429);
    }

    @Test
    void S17_aRightCodeOnThePageEndsTheStreakAtRest() {
        Enrolled user = Enrolled.withTotp(realm);
        String wrong = user.device().wrongCode();
        for (int guess = 0; guess < 4; guess++) {
            assertThat(user.totp(user.accessToken(), wrong).status()).isEqualTo(401);
        }
        assertThat(atPage(user).code(user.device().code()).loggedIn()).isTrue();
        for (int guess = 0; guess < 5; guess++) {
            assertThat(user.totp(user.accessToken(), wrong).status()).isEqualTo(401);
        }
    }

    @Test
    void S26_S60_everyRefusalIsOneEventWithUserFactorAndReasonAndTheLogInOneToo() {
        Enrolled user = Enrolled.withTotp(realm);
        HttpBrowser browser = atPage(user);
        realm.admin().clearEvents();
        for (int guess = 0; guess < 6; guess++) {
            browser.code(user.device().wrongCode());
        }
        browser.tryOtherWay().code("AAAA-AAAA-AAAA-AAAA");
        Jwt token = Jwt.of(browser.code(user.recoveryCode()).tokens(realm).field("access_token"));

        List<String> expected = new ArrayList<>();
        IntStream.range(0, 5).forEach(guess -> expected.add("otp TOTP_INVALID"));
        expected.add("otp TOO_MANY_TOTP_CHECKS");
        expected.add("recovery-code RECOVERY_CODE_INVALID");
        List<EventRepresentation> refusals = realm.events("LOGIN_ERROR");
        assertThat(refusals)
                .extracting(event -> event.getDetails().get("credential_type") + " "
                        + event.getDetails().get("reason"))
                .containsExactlyElementsOf(expected);
        assertThat(refusals)
                .allMatch(event -> event.getUserId().equals(user.user().id()))
                .allMatch(event -> event.getError().equals("invalid_user_credentials"))
                .allMatch(event -> event.getClientId().equals("app"))
                .allMatch(event -> event.getIpAddress().equals("127.0.0.1"));
        assertThat(realm.events("LOGIN")).singleElement().satisfies(event -> {
            assertThat(event.getUserId()).isEqualTo(user.user().id());
            assertThat(event.getSessionId()).isEqualTo(token.claim("sid"));
            assertThat(event.getDetails()).containsEntry("credential_type", "recovery-code");
        });
    }

    private HttpBrowser atPage(Enrolled user) {
        return HttpBrowser.withPassword(realm, user.user());
    }
}
