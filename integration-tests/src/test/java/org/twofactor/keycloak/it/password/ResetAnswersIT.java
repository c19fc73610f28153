package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** The calls that are open to everybody: each answer that the contract knows, in its words. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetAnswersIT {
    private static final String SHORT = "body/%s must NOT have fewer than %d characters";
    private static final String LONG = "body/%s must NOT have more than %d characters";

    private final TestRealm realm;
    private final Inbox inbox;
    private final PasswordCalls calls;

    ResetAnswersIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of(
                        "forbiddenMailDomains", "forbidden.example",
                        "mailOrigins", "shop=keycloak,gone=no-such-theme"))
                .create();
        this.inbox = inbox;
        this.calls = new PasswordCalls(realm, inbox);
    }

    /** The two calls that mail a way to a new password, and how each says its errors. */
    enum Way {
        CODE("/user/password/reset/send", "FORBIDDEN_MAIL_PROVIDER", "TOO_MANY_RESET_MAIL_ATTEMPTS"),
        LINK("/v1/auth/forgot-password", "Forbidden email provider", "Last password forgot call was too recent");

        private final String path;
        private final String forbidden;
        private final String tooMany;

        Way(String path, String forbidden, String tooMany) {
            this.path = path;
            this.forbidden = forbidden;
            this.tooMany = tooMany;
        }

        Answer ask(TestRealm realm, String query, String address) {
            return realm.api().post(path + query).json(Map.of("email", address)).send();
        }

        Answer ask(TestRealm realm, String address) {
            return ask(realm, "", address);
        }

        String sentence(String ofTheNewerCall) {
            return this == CODE ? ofTheNewerCall : "Missing or misformatted query parameter or body";
        }
    }

    @ParameterizedTest
    @EnumSource
    void S56_whatIsMalformedIsSaidSo(Way way) {
        assertMalformed(way, way.ask(realm, "nobody"), "Invalid email address");
        assertMalformed(way, way.ask(realm, " spaces@example.org "), "Invalid email address");
        assertMalformed(way, way.ask(realm, "two@at@example.org"), "Invalid email address");
        assertMalformed(way, way.ask(realm, ""), SHORT.formatted("email", 1));
        assertMalformed(way, way.ask(realm, address(257)), LONG.formatted("email", 256));
        assertMalformed(way, post(way, "{}"), "body must have required property 'email'");
        assertMalformed(way, post(way, "{\"email\":[\"a@example.org\"]}"), "body/email must be string");
        assertMalformed(way, post(way, "[]"), "body must be object");
        assertMalformed(way, post(way, "{\"email\":"), "body must be JSON");
        assertMalformed(
                way, post(way, "{\"email\":\"" + "a".repeat(9_000) + "\"}"), "body must NOT be larger than 8 KiB");
        assertMalformed(
                way,
                realm.api()
                        .post(way.path)
                        .form(Map.of("email", "somebody@example.org"))
                        .send(),
                "Content-Type must be application/json");

        String query = "querystring/%s must NOT have %s than %d characters";
        assertMalformed(way, way.ask(realm, "?language=d", any()), query.formatted("language", "fewer", 2));
        assertMalformed(way, way.ask(realm, "?language=", any()), query.formatted("language", "fewer", 2));
        assertMalformed(way, way.ask(realm, "?language=deu", any()), query.formatted("language", "more", 2));
        assertMalformed(
                way, way.ask(realm, "?origin=" + "o".repeat(257), any()), query.formatted("origin", "more", 256));
    }

    @Test
    void theOlderCallTakesAddressesOfFiveToAHundredCharacters() {
        for (String address : List.of("a@bc", address(101))) {
            assertThat(Way.LINK.ask(realm, address).status()).isEqualTo(400);
            assertNothingToSay(Way.CODE.ask(realm, address));
        }
        assertNothingToSay(Way.LINK.ask(realm, "a@b.c"));
        assertNothingToSay(Way.LINK.ask(realm, address(100)));
    }

    @ParameterizedTest
    @EnumSource
    void aDomainThatTheRealmForbidsGetsNoMail(Way way) {
        TestUser user = realm.newUser(it -> it.setEmail(it.getUsername() + "@sub.forbidden.example"));
        for (String address : List.of(user.email(), "nobody@forbidden.example", "nobody@FORBIDDEN.example")) {
            assertRefused(way.ask(realm, address), 403, way.forbidden);
        }
        assertNothingToSay(way.ask(realm, way + "@notforbidden.example"));
    }

    @ParameterizedTest
    @EnumSource
    void S23_aSecondMailWaitsAMinuteAndAnHourHasFiveAndADayTen(Way way, ServerClock clock) {
        TestUser user = realm.newUser();
        assertMailed(way, user, 1);
        Answer tooMany = way.ask(realm, user.email());
        assertRefused(tooMany, 429, way.tooMany);
        assertThat(tooMany.retryAfter()).isBetween(50, 60);
        clock.advance(Duration.ofSeconds(tooMany.retryAfter() - 2));
        assertRefused(way.ask(realm, user.email()), 429, way.tooMany);
        for (int mail = 2; mail <= 5; mail++) {
            clock.advance(Duration.ofSeconds(61));
            assertMailed(way, user, mail);
        }
        clock.advance(Duration.ofSeconds(61));
        Answer thatHour = way.ask(realm, user.email());
        assertThat(thatHour.retryAfter()).isBetween(3_000, 3_600);
        clock.advance(Duration.ofSeconds(thatHour.retryAfter()));
        for (int mail = 6; mail <= 10; mail++) {
            assertMailed(way, user, mail);
            clock.advance(Duration.ofMinutes(12).plusSeconds(1));
        }
        Answer thatDay = way.ask(realm, user.email());
        assertThat(thatDay.retryAfter()).isBetween(75_000, 86_400);
        clock.advance(Duration.ofSeconds(thatDay.retryAfter()));
        assertMailed(way, user, 11);
    }

    /** Waits for the mail, since the clock of the tests would make a late one older than it is. */
    private void assertMailed(Way way, TestUser user, int mails) {
        assertNothingToSay(way.ask(realm, user.email()));
        assertThat(inbox.await(user.email(), mails)).hasSize(mails);
    }

    @ParameterizedTest
    @EnumSource
    void originAndLanguageChooseTheMailsLook(Way way, ServerClock clock) {
        TestUser user = realm.newUser();
        assertNothingToSay(way.ask(realm, "?origin=shop&language=de", user.email()));
        assertThat(inbox.next(user.email()).subject()).contains("Passwort");
        for (String english : List.of("?language=xx", "?origin=", "?language=en")) {
            clock.advance(Duration.ofSeconds(61));
            assertNothingToSay(way.ask(realm, english, user.email()));
            assertThat(inbox.next(user.email()).subject()).as(english).contains("password");
        }
        for (String unknown : List.of("?origin=nobody", "?origin=gone", "?origin=shop%3Dkeycloak", "?origin=..%2F")) {
            assertRefused(way.ask(realm, unknown, any()), 500, "UNABLE_TO_FIND_MAIL_TEMPLATE");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRealmWithoutAMailServerSaysSoToEverybodyAndCountsNothing(Way way, NewRealm newRealm) {
        TestRealm mute = newRealm.withoutMail().create();
        TestUser user = mute.newUser();
        for (String address : List.of(user.email(), any())) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertRefused(way.ask(mute, address), 500, "UNABLE_TO_SEND_MAIL");
            }
        }
        mute.update(it -> it.setSmtpServer(realm.admin().toRepresentation().getSmtpServer()));
        assertNothingToSay(way.ask(mute, user.email()));
        inbox.next(user.email());
    }

    @Test
    void aRealmThatHasTheResetSwitchedOffResetsNothingForAnybody(NewRealm newRealm) {
        TestRealm off = newRealm.settings(Map.of("mailInterval", "0")).create();
        PasswordCalls there = new PasswordCalls(off, inbox);
        TestUser user = off.newUser();
        String code = there.sentCode(user);
        off.update(it -> it.setResetPasswordAllowed(false));
        for (Way way : Way.values()) {
            for (String address : List.of(user.email(), any())) {
                assertRefused(way.ask(off, address), 403, "PASSWORD_RESET_DISABLED");
            }
        }
        assertWrongCode(there.validate(user.email(), code));
        assertWrongCode(there.reset(user.email(), code, newPassword()));
        assertThat(there.logIn(user, user.password()).status()).isEqualTo(200);
        assertThat(inbox.all(user.email())).hasSize(1);

        off.update(it -> it.setEnabled(false));
        for (Way way : Way.values()) {
            assertRefused(way.ask(off, user.email()), 403, "CLIENT_NOT_ALLOWED");
        }
        assertRefused(there.validate(user.email(), code), 403, "CLIENT_NOT_ALLOWED");
        assertRefused(there.reset(user.email(), code, newPassword()), 403, "CLIENT_NOT_ALLOWED");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {}                                                     | body must have required property 'email'
            {"email":"a@example.org"}                              | body must have required property 'otp'
            {"email":7,"otp":"123456"}                             | body/email must be string
            {"email":"a","otp":"123456"}                           | Invalid email address
            {"email":"a@example.org","otp":123456}                 | body/otp must be string
            {"email":"a@example.org","otp":"12345"}                | body/otp must NOT have fewer than 6 characters
            {"email":"a@example.org","otp":"1234567"}              | body/otp must NOT have more than 6 characters
            """)
    void S56_aMalformedGuessIsSaidSo(String body, String sentence) {
        Answer answer =
                realm.api().post("/user/password/reset/validate").json(body).send();
        assertRefused(answer, 400, sentence);
        String renamed = body.replace("\"email\"", "\"userEmail\"").replace("}", ",\"newPassword\":\"Good-Enough-1\"}");
        assertRefused(
                realm.api()
                        .put("/user/password/otp")
                        .json(renamed.replace("{,", "{"))
                        .send(),
                400,
                sentence.replace("email", "userEmail").replace("Invalid userEmail", "Invalid email"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Short-1, body/newPassword must NOT have fewer than 8 characters
            lower-case-1, Password must contain at least one uppercase character
            UPPER-CASE-1, Password must contain at least one lowercase character
            No-Digit-Here, Password must contain at least one digit
            """)
    void aPasswordThatTheContractIsAgainstIsRefusedBeforeTheCodeIsLookedAt(String password, String sentence) {
        assertRefused(calls.reset(any(), "123456", password), 400, sentence);
        assertRefused(calls.reset(any(), "123456", "Aa1" + "x".repeat(254)), 400, LONG.formatted("newPassword", 256));
    }

    private static void assertRefused(Answer answer, int status, String message) {
        assertThat(answer.message()).isEqualTo(message);
        assertThat(answer.status()).isEqualTo(status);
    }

    private static void assertMalformed(Way way, Answer answer, String sentence) {
        assertRefused(answer, 400, way.sentence(sentence));
    }

    private Answer post(Way way, String body) {
        return realm.api().post(way.path).json(body).send();
    }

    private static String any() {
        return "anybody@example.org";
    }

    /** An address of that many characters. */
    private static String address(int length) {
        String tail = ".example.org";
        String local = "a@";
        return local + ("b".repeat(60) + ".").repeat(5).substring(0, length - local.length() - tail.length()) + tail;
    }
}
