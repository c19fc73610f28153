package org.twofactor.keycloak.it.mailtext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.mailtext.MailReader.words;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * Markup, header lines, message keys and template expressions in whatever others may choose: they reach a mail as plain
 * words or not at all. Keycloak refuses some of these; whoever gets past it must not get further.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailInjectionIT {
    private static final String MARKUP = "<b>bold</b><img src=x onerror=y>";
    private static final String EXPRESSION = "${emailTestSubject} ${7*7} <#if true>x</#if> {0} {1,choice,0#a}";
    private static final String NEW_LINES = "\r\nBcc: evil@example.org\r\n\r\nAnother body\u2028\u202eTXET";
    private static final String EVIL = MARKUP + EXPRESSION + NEW_LINES;

    /** What is left of it: the same words, on one line. */
    private static final String HARMLESS = MARKUP + EXPRESSION + " Bcc: evil@example.org Another body TXET";

    private final Inbox inbox;
    private final Backdoor backdoor;
    private final TestRealm realm;

    MailInjectionIT(NewRealm newRealm, Inbox inbox, Backdoor backdoor) {
        this.inbox = inbox;
        this.backdoor = backdoor;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0", "codeInSubject", "true"))
                .with(it -> it.setDisplayName(EVIL))
                .create();
        realm.updateClient(TestClients.APP, client -> client.setName("x" + EVIL));
    }

    @Test
    void S53_namesOfRealmAppAndUserAreNothingButWords() {
        TestUser user = realm.newUser(it -> {
            it.setFirstName("Eve");
            it.setLastName("Evil");
        });
        EmailEnrolled enrolled = EmailEnrolled.in(realm, inbox, user, user.email());
        backdoor.update("update USER_ENTITY set USERNAME = 'u" + sql(EVIL) + "', FIRST_NAME = '" + sql(EVIL)
                + "', LAST_NAME = '" + sql(EVIL) + "' where ID = '" + user.id() + "'");
        inbox.passOver(user.email());
        Mail code = challenged(enrolled, "");
        assertHarmless(code);
        assertThat(code.subject()).startsWith(HARMLESS + ": ");
        assertThat(code.text()).contains("Your sign-in code for " + HARMLESS + ":");
        assertThat(words(code)).contains("Your sign-in code for " + HARMLESS + ":");

        String sudo = enrolled.sudoToken();
        assertNothingToSay(enrolled.disable(sudo));
        Mail notice = inbox.next(user.email(), mail -> mail.text().contains("was removed"));
        assertHarmless(notice);
        assertThat(notice.text().lines()).contains("Account: u" + HARMLESS, "App: x" + HARMLESS);
        assertThat(words(notice)).contains("Account: u" + HARMLESS + " Time:", "App: x" + HARMLESS + " IP address:");
    }

    @Test
    void S53_anAddressIsNothingButAnAddress() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String address = "${emailtestsubject}&x'{0}{1}/*" + user.email();
        assertNothingToSay(realm.api()
                .post("/user/email/initiate")
                .bearer(token)
                .json(Map.of("email", address))
                .send());
        Mail code = inbox.next(address);
        assertHarmless(code);
        assertNothingToSay(realm.api()
                .put("/user/email")
                .bearer(token)
                .json(Map.of("otp", EmailEnrolled.code(code)))
                .send());
        Mail notice = inbox.next(user.email());
        assertHarmless(notice);
        assertThat(notice.text()).contains("was changed to " + address + ".");
        assertThat(words(notice)).contains("was changed to " + address + ".");
        for (String bad : List.of(
                "a@example.org\r\nBcc: evil@example.org",
                "a@example.org, evil@example.org",
                "<script>@example.org",
                "a@example.org>",
                "\"a\r\nb\"@example.org",
                "Eve <a@example.org>",
                "a@example.org\u0000")) {
            Answer answer = EmailEnrolled.setUp(realm, token, bad);
            assertThat(answer.status()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void S53_whatARequestSaysOfItselfDoesNothing() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        inbox.passOver(user.address());
        for (String language : List.of("%3Cb", "%24%7B", "..", "%0D%0A", "%7Fx", "%25s", "'%22")) {
            Mail mail = challenged(user, "?language=" + language);
            assertHarmless(mail);
            assertThat(mail.text()).as(language).contains("Your sign-in code for ");
        }
        assertNothingToSay(realm.api()
                .post("/user/2fa/email-otp/challenge")
                .bearer(user.accessToken())
                .header("User-Agent", "agent" + MARKUP + EXPRESSION)
                .header("Accept-Language", "<b>, ${emailTestSubject}, ../en, de;q=x")
                .header("X-Forwarded-For", "<b>evil</b>")
                .json("{}")
                .send());
        Mail mail = inbox.next(user.address(), Mail::hasCode);
        assertHarmless(mail);
        assertThat(mail.source()).doesNotContain("agent<", "agent&");
    }

    @Test
    void S53_aNameWithoutEndIsCutOff() {
        realm.updateClient(TestClients.APP, client -> client.setName("long ".repeat(50)));
        Enrolled user = Enrolled.withTotp(realm);
        backdoor.update("update USER_ENTITY set USERNAME = '" + "u".repeat(255) + "' where ID = '"
                + user.user().id() + "'");
        assertNothingToSay(
                realm.api().delete("/user/2fa/totp").bearer(user.sudoToken()).send());
        Mail notice = inbox.next(user.user().email(), mail -> mail.text().contains("was removed"));
        assertThat(notice.text().lines()).allMatch(line -> line.length() < 600);
    }

    private Mail challenged(EmailEnrolled user, String query) {
        assertNothingToSay(user.challenge(user.accessToken(), query));
        return inbox.next(user.address(), Mail::hasCode);
    }

    private static void assertHarmless(Mail mail) {
        assertThat(mail.html())
                .doesNotContain("<b>bold", "<img", "onerror=y>")
                .doesNotContain("SMTP test message", "[KEYCLOAK]");
        assertThat(mail.text()).doesNotContain("SMTP test message", "[KEYCLOAK]", "\u202e", "\u2028");
        assertThat(mail.subject()).doesNotContain("\n", "\r", "\u202e");
        assertThat(mail.text().lines()).noneMatch(line -> line.startsWith("Bcc:") || line.equals("Another body"));
        String head = mail.source().split("\\r?\\n\\r?\\n", 2)[0];
        assertThat(head.lines())
                .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("bcc"));
        assertThat(MailReader.headers(mail)).isSubsetOf(MailReader.HEADERS).doesNotHaveDuplicates();
    }

    private static String sql(String text) {
        return text.replace("'", "''");
    }
}
