package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** What an app calls for somebody who has forgotten the password, or wants another, and the mailbox beside it. */
record PasswordCalls(TestRealm realm, Inbox inbox) {

    /** A password that nobody had before and that no rule of the contract is against. */
    static String newPassword() {
        String password = "Nw2-" + UUID.randomUUID();
        IssuedSecrets.add("password", password);
        return password;
    }

    Answer send(String address) {
        return realm.api()
                .post("/user/password/reset/send")
                .json(Map.of("email", address))
                .send();
    }

    Answer validate(String address, String code) {
        return realm.api()
                .post("/user/password/reset/validate")
                .json(Map.of("email", address, "otp", code))
                .send();
    }

    Answer reset(String address, String code, String newPassword) {
        return resetCall(address, code, newPassword).send();
    }

    Api.Call resetCall(String address, String code, String newPassword) {
        return realm.api()
                .put("/user/password/otp")
                .json(Map.of("userEmail", address, "otp", code, "newPassword", newPassword));
    }

    Answer change(String token, String oldPassword, String newPassword) {
        return changeCall(token, oldPassword, newPassword).send();
    }

    Api.Call changeCall(String token, String oldPassword, String newPassword) {
        return realm.api()
                .put("/user/password/old-password")
                .bearer(token)
                .json(Map.of("oldPassword", oldPassword, "newPassword", newPassword));
    }

    Answer forgot(String address) {
        return realm.api()
                .post("/v1/auth/forgot-password")
                .json(Map.of("email", address))
                .send();
    }

    Answer logIn(TestUser user, String password) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", password))
                .send();
    }

    /** Asks for a code and reads it in the mailbox. */
    String sentCode(TestUser user) {
        assertNothingToSay(send(user.email()));
        return nextCode(user.email());
    }

    /** The code of the next mail to that address that has one. */
    String nextCode(String address) {
        return EmailEnrolled.code(inbox, address);
    }

    /** Six digits that no mail to any of them holds. */
    String codeOfNobody(Collection<String> addresses) {
        List<String> mails = addresses.stream()
                .flatMap(address -> inbox.all(address).stream())
                .map(Mail::text)
                .toList();
        return IntStream.range(0, 1_000_000)
                .mapToObj(number -> String.format(Locale.ROOT, "%06d", number))
                .filter(code -> mails.stream().noneMatch(mail -> mail.contains(code)))
                .findFirst()
                .orElseThrow();
    }

    static void assertWrongCode(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.message()).isEqualTo("OTP_INVALID_EXPIRED");
    }

    /** All of an answer that does not depend on the moment: two that are alike here tell nobody who was asked for. */
    static Map<String, List<String>> timeless(Answer answer) {
        Map<String, List<String>> all = new TreeMap<>(answer.headers());
        all.remove("date");
        all.put("status and body", List.of(answer.status() + " " + answer.text()));
        if (answer.status() == 429) {
            // The seconds that are left: each was asked for at another moment.
            String left = String.valueOf(answer.retryAfter());
            all.replace("retry-after", List.of("seconds"));
            all.put(
                    "status and body",
                    List.of(answer.status() + " " + answer.text().replace(left, "seconds")));
        }
        return all;
    }
}
