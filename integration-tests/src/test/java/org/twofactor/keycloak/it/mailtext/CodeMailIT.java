package org.twofactor.keycloak.it.mailtext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.mailtext.MailReader.assertWellFormed;
import static org.twofactor.keycloak.it.mailtext.MailReader.count;
import static org.twofactor.keycloak.it.mailtext.MailReader.words;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** Mails with a code, as they arrive. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CodeMailIT {
    private final Inbox inbox;
    private final TestRealm realm;
    private final Texts texts;
    private final EmailEnrolled user;

    CodeMailIT(NewRealm newRealm, Inbox inbox) {
        this.inbox = inbox;
        this.realm = newRealm.settings(Map.of(
                        "mailInterval",
                        "0",
                        "mailsPerHour",
                        "1000",
                        "mailsPerDay",
                        "1000",
                        "resetMailsPerHour",
                        "100",
                        "resetMailsPerDay",
                        "100"))
                .with(it -> it.setSupportedLocales(new HashSet<>(Set.of("en", "de", "ar", "pl"))))
                .with(it -> it.setDisplayName("Example & Sons"))
                .create();
        this.texts = new Texts(realm);
        this.user = EmailEnrolled.in(realm, inbox);
    }

    @AfterEach
    void asBefore() {
        realm.settings(Map.of("codeInSubject", "false", "codeLifespan", "600"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "ar"})
    void S53_aCodeStandsInTheBodyOnceWithItsPurposeAndExpiryAndNoLink(String language) {
        String sudo = user.sudoToken();
        for (String purpose : List.of("enrol", "challenge", "transfer", "reset")) {
            Mail mail = mailed(purpose, language, sudo);
            String code = mail.code();
            String intro = texts.of(language, "two-factor-mail-" + purpose + "-intro", "Example & Sons");
            assertWellFormed(mail);
            assertThat(mail.subject())
                    .isEqualTo(texts.of(language, "two-factor-mail-" + purpose + "-subject", "Example & Sons"))
                    .doesNotContain(code);
            assertThat(mail.text().lines())
                    .as("the first lines are what a phone's notification shows")
                    .startsWith(intro, "", code)
                    .contains(
                            texts.of(language, "two-factor-mail-valid-minutes", 10),
                            texts.of(language, "two-factor-mail-" + purpose + "-not-you"),
                            texts.of(language, "two-factor-mail-never-share"));
            assertThat(count(mail.text(), code)).isEqualTo(1);
            assertThat(words(mail))
                    .startsWith(intro + " " + code)
                    .contains(
                            texts.of(language, "two-factor-mail-valid-minutes", 10),
                            texts.of(language, "two-factor-mail-" + purpose + "-not-you"));
            assertThat(count(mail.html(), code)).isEqualTo(1);
            assertThat(mail.text() + mail.html()).doesNotContain("http", "www.", "href", "<a ", "<img");
            assertThat(mail.html())
                    .contains("dir=\"" + (language.equals("ar") ? "rtl" : "ltr") + "\"")
                    .containsPattern("<p dir=\"ltr\"[^>]*><strong[^>]*>" + code + "</strong></p>");
        }
    }

    @Test
    void S53_theCodeStandsInTheSubjectWhereTheRealmWantsIt() {
        realm.settings(Map.of("codeInSubject", "true"));
        String sudo = user.sudoToken();
        for (String purpose : List.of("enrol", "challenge", "transfer", "reset")) {
            Mail mail = mailed(purpose, "de", sudo);
            assertWellFormed(mail);
            assertThat(mail.subject())
                    .isEqualTo(texts.of(
                            "de", "two-factor-mail-" + purpose + "-subject-with-code", "Example & Sons", mail.code()));
            assertThat(mail.text().lines()).contains(mail.code());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en|60|It works for 1 minute, and only once.",
                "en|120|It works for 2 minutes, and only once.",
                "en|45|It works for 45 s, and only once.",
                "de|60|Der Code ist 1 Minute gültig",
                "de|600|Der Code ist 10 Minuten gültig",
                "pl|60|1 minutę",
                "pl|180|3 minuty",
                "pl|300|5 minut",
                "ar|60|مدة صلاحيته دقيقة واحدة",
                "ar|120|مدة صلاحيته دقيقتان",
                "ar|180|دقائق"
            })
    void S53_theExpiryIsSaidInTheRightNumber(String language, String seconds, String words) {
        realm.settings(Map.of("codeLifespan", seconds));
        Mail mail = mailed("challenge", language, "");
        assertThat(mail.text()).contains(words);
        assertThat(words(mail)).contains(words);
    }

    private Mail mailed(String purpose, String language, String sudo) {
        String query = "?language=" + language;
        String to = purpose.equals("transfer") ? "new-" + user.address() : user.address();
        inbox.passOver(to);
        switch (purpose) {
            case "enrol" -> post("/user/2fa/email-otp/setup" + query, sudo, Map.of("email", to));
            case "challenge" -> assertNothingToSay(user.challenge(user.accessToken(), query));
            case "transfer" -> post("/user/email/initiate" + query, sudo, Map.of("email", to));
            default -> post("/user/password/reset/send" + query, sudo, Map.of("email", to));
        }
        return inbox.next(to, Mail::hasCode);
    }

    private void post(String path, String token, Map<String, String> body) {
        assertNothingToSay(realm.api().post(path).bearer(token).json(body).send());
    }
}
