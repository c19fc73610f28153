package org.twofactor.keycloak.it.mailtext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.mailtext.MailReader.words;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** Whose look a mail has: the realm's email theme frames it, an origin picks another, and the realm's own texts win. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginIT {
    private static final String LOGO = "/email/it-shop/logo.png\" alt=\"The shop\"";
    private static final String SLOGAN = "Fresh every day";

    private final Inbox inbox;
    private final TestRealm realm;

    OriginIT(NewRealm newRealm, Inbox inbox) {
        this.inbox = inbox;
        this.realm = newRealm.settings(Map.of(
                        "mailInterval",
                        "0",
                        "mailsPerHour",
                        "100",
                        "mailsPerDay",
                        "100",
                        "mailOrigins",
                        "shop=it-shop,lost=it-lost,a.b+c=it-shop"))
                .create();
    }

    @Test
    void S53_anOriginPicksTheEmailThemeThatTheRealmHasGivenIt() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String sudo = user.sudoToken();
        inbox.passOver(user.address());
        String origin = "?origin=shop";
        assertNothingToSay(user.challenge(user.accessToken(), origin));
        assertThat(assertFramed(inbox.next(user.address(), Mail::hasCode)).text())
                .as("the theme's own texts win over ours")
                .startsWith("Here is what opens the shop at " + realm.name() + ":");
        post("/user/2fa/email-otp/setup" + origin, sudo, Map.of("email", user.address()));
        assertFramed(inbox.next(user.address(), Mail::hasCode));
        post("/user/email/initiate" + origin, sudo, Map.of("email", "new-" + user.address()));
        assertFramed(inbox.next("new-" + user.address()));
        post("/user/password/reset/send" + origin, sudo, Map.of("email", user.address()));
        assertFramed(inbox.next(user.address(), Mail::hasCode));
        assertNothingToSay(user.challenge(user.accessToken(), "?origin=a.b%2Bc&language=de"));
        Mail german = assertFramed(inbox.next(user.address(), Mail::hasCode));
        assertThat(german.subject()).isEqualTo(realm.name() + ": Ihr Anmeldecode");
        assertNothingToSay(user.challenge(user.accessToken()));
        assertThat(inbox.next(user.address(), Mail::hasCode).html()).doesNotContain(SLOGAN);
    }

    @Test
    void S53_anUnknownOriginIsAnErrorAndNothingLeaves(KeycloakServer server) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String sudo = user.sudoToken();
        Metrics metrics = new Metrics(server);
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
        int before = inbox.all().size();
        for (String origin : List.of(
                "shopping",
                "sho",
                "SHOP",
                "it-shop",
                "lost",
                "shop=it-shop",
                "../../base",
                "<script>",
                "${x}",
                "a\r\nBcc: evil@example.org",
                ",",
                "=")) {
            String query = "?origin=" + URLEncoder.encode(origin, StandardCharsets.UTF_8);
            for (Answer answer : List.of(
                    user.challenge(user.accessToken(), query),
                    send("/user/2fa/email-otp/setup" + query, sudo, user.address()),
                    send("/user/email/initiate" + query, sudo, "new-" + user.address()),
                    send("/user/password/reset/send" + query, sudo, user.address()))) {
                assertThat(answer.message()).as(origin).isEqualTo("UNABLE_TO_FIND_MAIL_TEMPLATE");
                assertThat(answer.text()).doesNotContain("Bcc", "script");
            }
        }
        assertThat(inbox.all()).hasSize(before);
    }

    @Test
    void S53_theRealmsOwnThemeFramesEveryMailKeycloaksLinkToo(NewRealm newRealm) {
        TestRealm branded = newRealm.with(it -> it.setEmailTheme("it-shop")).create();
        TestUser user = branded.newUser();
        String token = branded.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(branded, token, user.email()));
        Mail code = assertFramed(inbox.next(user.email()));
        assertThat(EmailEnrolled.enable(branded, token, code.code()).status()).isEqualTo(200);
        assertThat(assertFramed(inbox.next(user.email())).subject()).isEqualTo(branded.name() + ": Email code is on");
        assertThat(branded.api()
                        .post("/v1/auth/forgot-password")
                        .json(Map.of("email", user.email()))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(assertFramed(inbox.next(user.email())).links()).hasSize(1);
    }

    @Test
    void S53_theTextsOfTheRealmWinOverOurs() {
        realm.admin().localization().saveRealmLocalizationText("de", "two-factor-mail-enrol-subject", "Neu bei {0}");
        realm.admin()
                .localization()
                .saveRealmLocalizationText("de", "two-factor-mail-enrol-intro", "So geht es weiter:");
        TestUser user = realm.newUser(it -> it.setAttributes(Map.of("locale", List.of("de"))));
        assertNothingToSay(EmailEnrolled.setUp(realm, realm.accessToken(user), user.email()));
        Mail mail = inbox.next(user.email());
        assertThat(mail.subject()).isEqualTo("Neu bei " + realm.name());
        assertThat(mail.text()).startsWith("So geht es weiter:");
        assertThat(words(mail)).startsWith("So geht es weiter: " + mail.code());
    }

    /** In the frame of the test's theme. */
    private static Mail assertFramed(Mail mail) {
        assertThat(mail.html()).contains("http://", LOGO, SLOGAN);
        return mail;
    }

    private Answer send(String path, String token, String address) {
        return realm.api()
                .post(path)
                .bearer(token)
                .json(Map.of("email", address))
                .send();
    }

    private void post(String path, String token, Map<String, String> body) {
        assertNothingToSay(realm.api().post(path).bearer(token).json(body).send());
    }
}
