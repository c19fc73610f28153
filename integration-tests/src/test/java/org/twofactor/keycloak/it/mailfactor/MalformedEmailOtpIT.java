package org.twofactor.keycloak.it.mailfactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** What email OTP answers to a body or a query that the contract does not know, which costs neither a mail nor a guess. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedEmailOtpIT {
    private static final String SET_UP = "/user/2fa/email-otp/setup";
    private static final String CHALLENGE = "/user/2fa/email-otp/challenge";

    private final TestRealm realm;
    private final Inbox inbox;

    MalformedEmailOtpIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.create();
        this.inbox = inbox;
    }

    @Test
    void S56_aMalformedSetUpIsToldWhatIsWrongAndCostsNoMail() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        Map<String, String> sentences = Map.of(
                "{}",
                "body must have required property 'email'",
                "[]",
                "body must be object",
                "{\"email\":5}",
                "body/email must be string",
                "{\"email\":\"\"}",
                "body/email must NOT have fewer than 1 characters",
                "{\"email\":\"nobody\"}",
                "Invalid email address",
                "{\"email\":\"a@b.example\\r\\nBcc: c@d.example\"}",
                "Invalid email address",
                "{\"email\":\"a@b.example, c@d.example\"}",
                "Invalid email address",
                "{\"email\":\"a@" + "b".repeat(260) + "\"}",
                "body/email must NOT have more than 256 characters",
                "{\"email\"",
                "body must be JSON");
        sentences.forEach((body, sentence) -> assertBadRequest(post(SET_UP, token, body), sentence));
        assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
    }

    @Test
    void S56_aMalformedCodeIsToldWhatIsWrongAndCostsNoGuess() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String code = user.challengedCode(user.accessToken());
        Map<String, String> sentences = Map.of(
                "{}",
                "body must have required property 'otp'",
                "{\"otp\":123456}",
                "body/otp must be string",
                "{\"otp\":\"12345\"}",
                "body/otp must NOT have fewer than 6 characters",
                "{\"otp\":\"1234567\"}",
                "body/otp must NOT have more than 6 characters",
                "{\"otp\":\"12345a\"}",
                "body/otp must match pattern \"^[0-9]+$\"",
                "{\"otp\":\"" + code + "\",\"otp\":\"" + code + "\"}",
                "body must be JSON");
        for (int round = 0; round < 2; round++) {
            sentences.forEach((body, sentence) -> {
                assertBadRequest(post("/user/2fa/email-otp/authenticate", user.accessToken(), body), sentence);
                assertBadRequest(post("/user/2fa/email-otp/enable", user.accessToken(), body), sentence);
            });
        }
        assertThat(user.authenticate(user.accessToken(), code).status()).isEqualTo(200);
    }

    /** Keycloak's mailer takes such a name only where the realm allows UTF-8 addresses: no mail would ever have come. */
    @Test
    void S56_anAddressThatTheRealmCannotSendToIsRefusedAtOnceAndBeginsNoWait(NewRealm newRealm) {
        TestRealm own = newRealm.create();
        TestUser user = own.newUser();
        String token = own.accessToken(user);
        String address = "müller-" + user.email();
        Map<String, String> body = Map.of("email", address);
        for (int round = 0; round < 2; round++) {
            assertBadRequest(EmailEnrolled.setUp(own, token, address), "Invalid email address");
            assertBadRequest(
                    own.api()
                            .post("/user/email/initiate")
                            .bearer(token)
                            .json(body)
                            .send(),
                    "Invalid email address");
            assertBadRequest(
                    own.api().post("/user/password/reset/send").json(body).send(), "Invalid email address");
            assertBadRequest(
                    own.api().post("/v1/auth/forgot-password").json(body).send(),
                    "Missing or misformatted query parameter or body");
        }
        assertNothingToSay(EmailEnrolled.setUp(own, token, "punycode@müller.example"));
        assertThat(EmailEnrolled.setUp(own, token, user.email()).status())
                .as("the wait is that of the mail that left")
                .isEqualTo(429);

        own.update(it -> {
            Map<String, String> smtp = new HashMap<>(it.getSmtpServer());
            smtp.put("allowutf8", "true");
            it.setSmtpServer(smtp);
        });
        assertNothingToSay(EmailEnrolled.setUp(own, own.accessToken(own.newUser()), address));
    }

    @Test
    void S56_theQueryIsHeldAgainstTheContractAndCostsNoMail() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String token = user.accessToken();
        for (String path : List.of(SET_UP, CHALLENGE)) {
            String to = realm.accessToken(realm.newUser());
            String caller = path.equals(SET_UP) ? to : token;
            String body = path.equals(SET_UP) ? "{\"email\":\"nobody@example.net\"}" : "{}";
            assertBadRequest(
                    post(path + "?language=d", caller, body),
                    "querystring/language must NOT have fewer than 2 characters");
            assertBadRequest(
                    post(path + "?language=", caller, body),
                    "querystring/language must NOT have fewer than 2 characters");
            assertBadRequest(
                    post(path + "?language=deu", caller, body),
                    "querystring/language must NOT have more than 2 characters");
            assertBadRequest(
                    post(path + "?origin=" + "o".repeat(257), caller, body),
                    "querystring/origin must NOT have more than 256 characters");
            for (String origin : List.of("nobody", "..%2F..%2Fconf", "%24%7B7*7%7D")) {
                assertThat(post(path + "?origin=" + origin, caller, body).message())
                        .isEqualTo("UNABLE_TO_FIND_MAIL_TEMPLATE");
            }
        }
        assertThat(inbox.all("nobody@example.net")).isEmpty();
        assertNothingToSay(user.challenge(token, "?language=zz&origin="));
    }

    private Answer post(String path, String token, String body) {
        return realm.api().post(path).bearer(token).json(body).send();
    }

    private static void assertBadRequest(Answer answer, String sentence) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo(sentence);
    }
}
