package org.twofactor.keycloak.it.mailtext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.representations.info.ThemeInfoRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Which language a mail speaks. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanguageIT {
    private static final Set<String> LANGUAGES = Set.of("en", "de", "fr", "ar", "pt-BR", "zh-TW", "zh-CN", "sv");

    private final Inbox inbox;
    private final TestRealm realm;

    LanguageIT(NewRealm newRealm, Inbox inbox) {
        this.inbox = inbox;
        this.realm = newRealm.settings(Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "1000"))
                .with(it -> it.setSupportedLocales(new HashSet<>(LANGUAGES)))
                .with(it -> it.setDefaultLocale("sv"))
                .create();
    }

    /** The language that was asked for, the user's, that of the request, and the one that the mail has to speak. */
    private record Case(String asked, String ofUser, String ofRequest, String spoken) {}

    @Test
    void S53_theOneAskedForThenTheUsersThenTheRequestsThenTheRealms() {
        for (Case one : List.of(
                new Case("de", "fr", "en", "de"),
                new Case("DE", "fr", "en", "de"),
                new Case("ar", "", "", "ar"),
                new Case("", "fr", "en", "fr"),
                new Case("", "", "de-AT,de;q=0.9,en;q=0.8", "de"),
                new Case("", "", "", "sv"),
                new Case("pt", "fr", "en", "pt-BR"),
                new Case("zh", "fr", "en", "zh-CN"),
                new Case("", "zh-TW", "en", "zh-TW"),
                new Case("", "pt", "en", "pt-BR"),
                new Case("xx", "fr", "en", "fr"),
                new Case("it", "", "en", "en"),
                new Case("--", "", "", "sv"),
                new Case("", "it", "ar", "ar"))) {
            Mail mail = mailed(realm, one);
            assertThat(mail.subject())
                    .as("%s", one)
                    .isEqualTo(new Texts(realm).of(one.spoken(), "two-factor-mail-enrol-subject", realm.name()));
        }
    }

    /** Whoever causes a notice need not be its reader: <a href="https://github.com/keycloak/keycloak/issues/10233">keycloak#10233</a>. */
    @Test
    void S53_S51_aNoticeSpeaksTheUsersLanguageOrTheRealmsWhateverTheRequestSpeaks() {
        for (Case one : List.of(new Case("", "", "de", "sv"), new Case("", "fr", "de", "fr"))) {
            TestUser user = realm.newUser(it -> {
                if (!one.ofUser().isEmpty()) {
                    it.setAttributes(Map.of("locale", List.of(one.ofUser())));
                }
            });
            assertNothingToSay(realm.api()
                    .put("/user/password/old-password")
                    .bearer(realm.accessToken(user))
                    .header("Accept-Language", one.ofRequest())
                    .json(Map.of("oldPassword", user.password(), "newPassword", "New" + user.password()))
                    .send());
            assertThat(inbox.next(user.email()).subject())
                    .as("%s", one)
                    .isEqualTo(new Texts(realm)
                            .of(one.spoken(), "two-factor-mail-password-changed-subject", realm.name()));
        }
    }

    @Test
    void S53_aRealmWithoutInternationalizationSpeaksEnglish(NewRealm newRealm) {
        TestRealm plain =
                newRealm.with(it -> it.setInternationalizationEnabled(false)).create();
        assertThat(mailed(plain, new Case("de", "", "fr", "en")).subject())
                .isEqualTo(plain.name() + ": confirm this address");
    }

    @Test
    void S53_anythingButTwoLettersIsRefused() {
        TestUser user = realm.newUser();
        for (String language : List.of("d", "deu", "pt-BR", "")) {
            Answer answer = setUp(realm, user, "?language=" + language, "");
            assertThat(answer.status()).as(language).isEqualTo(400);
        }
    }

    @Test
    void S53_everyLanguageThatKeycloakOffersHasAllOurTexts(Keycloak admin) {
        Set<String> offered = new TreeSet<>();
        for (String type : List.of("email", "login")) {
            for (ThemeInfoRepresentation theme :
                    admin.serverInfo().getInfo().getThemes().get(type)) {
                if (theme.getLocales() != null) {
                    offered.addAll(List.of(theme.getLocales()));
                }
            }
        }
        assertThat(offered).hasSizeGreaterThanOrEqualTo(30);
        Texts texts = new Texts(realm);
        Map<String, String> english = texts.all("en");
        Set<String> ours = new TreeSet<>(english.keySet());
        ours.removeIf(key -> !key.startsWith("two-factor-"));
        assertThat(ours).hasSizeGreaterThan(50);
        for (String language : offered) {
            Map<String, String> all = texts.all(language);
            assertThat(all.keySet()).as(language).containsAll(ours);
            long translated = ours.stream()
                    .filter(key -> !all.get(key).equals(english.get(key)))
                    .count();
            if (!language.equals("en")) {
                assertThat(translated)
                        .as("texts that %s has of its own", language)
                        .isGreaterThan(ours.size() * 3L / 4);
            }
        }
    }

    private Mail mailed(TestRealm where, Case one) {
        TestUser user = where.newUser(it -> {
            if (!one.ofUser().isEmpty()) {
                it.setAttributes(Map.of("locale", List.of(one.ofUser())));
            }
        });
        String query = one.asked().isEmpty() ? "" : "?language=" + one.asked();
        assertNothingToSay(setUp(where, user, query, one.ofRequest()));
        return inbox.next(user.email());
    }

    private static Answer setUp(TestRealm where, TestUser user, String query, String acceptLanguage) {
        var call = where.api()
                .post("/user/2fa/email-otp/setup" + query)
                .bearer(where.accessToken(user))
                .json(Map.of("email", user.email()));
        if (!acceptLanguage.isEmpty()) {
            call = call.header("Accept-Language", acceptLanguage);
        }
        return call.send();
    }
}
