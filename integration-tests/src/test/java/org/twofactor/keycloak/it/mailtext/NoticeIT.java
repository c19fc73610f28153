package org.twofactor.keycloak.it.mailtext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.mailtext.MailReader.assertWellFormed;
import static org.twofactor.keycloak.it.mailtext.MailReader.words;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.representations.userprofile.config.UPConfig;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Mails that tell a user what has happened: each with when, through what, from where, and what to do about it. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoticeIT {
    private static final int LOCK_AFTER = 10;
    private static final int NOTICES_AN_HOUR = 5;
    private static final int RESETS = 12;

    private final Inbox inbox;
    private final TestRealm realm;
    private final Texts texts;
    private final Metrics metrics;

    NoticeIT(NewRealm newRealm, Inbox inbox, KeycloakServer server) {
        this.inbox = inbox;
        this.realm = realm(newRealm).create();
        this.texts = new Texts(realm);
        this.metrics = new Metrics(server);
        realm.updateClient(TestClients.APP, client -> client.setName("The shop’s app"));
    }

    private static NewRealm realm(NewRealm newRealm) {
        return newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of(
                        "mailInterval",
                        "0",
                        "firstWait",
                        "1",
                        "longestWait",
                        "60",
                        "lockAfter",
                        Integer.toString(LOCK_AFTER)))
                .with(it -> it.setSupportedLocales(new HashSet<>(Set.of("en", "de", "ar"))))
                .with(it -> it.setAccessTokenLifespan(3600));
    }

    private TestUser newUser(String language) {
        return realm.newUser(it -> it.setAttributes(Map.of("locale", List.of(language))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "ar"})
    void S51_S46_theUserIsToldOfEveryChangeOfTheFactors(String language) {
        Enrolled user = Enrolled.withTotp(realm, newUser(language));
        String app = texts.of(language, "two-factor-totp-display-name");
        expect(user.user(), language, "enabled", app);

        for (int remaining = 9; remaining >= 2; remaining--) {
            assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode())
                            .status())
                    .isEqualTo(200);
            Mail used = expect(user.user(), language, "recovery-used", remaining);
            String warning = texts.of(language, "two-factor-mail-recovery-used-few");
            assertThat(used.text().contains(warning)).as("%s left", remaining).isEqualTo(remaining <= 3);
            assertThat(words(used).contains(warning)).isEqualTo(remaining <= 3);
        }
        String sudo = user.sudoToken();
        assertThat(post("/user/2fa/recovery-code/reset", sudo, Map.of()).status())
                .isEqualTo(200);
        expect(user.user(), language, "recovery-reset");
        assertNothingToSay(realm.api().delete("/user/2fa/totp").bearer(sudo).send());
        expect(user.user(), language, "disabled", app);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "ar"})
    void S51_S50_theUserIsToldOfANewPasswordAndOfANewAddressAtTheOldOneToo(String language) {
        TestUser user = newUser(language);
        String token = realm.accessToken(user);
        assertNothingToSay(put(
                "/user/password/old-password",
                token,
                Map.of("oldPassword", user.password(), "newPassword", "New" + user.password())));
        expect(user, language, "password-changed");

        String address = "new-" + user.email();
        assertNothingToSay(post("/user/email/initiate", token, Map.of("email", address)));
        assertNothingToSay(put("/user/email", token, Map.of("otp", EmailEnrolled.code(inbox, address))));
        expect(user, language, "email-changed", address);
        expectAt(address, user, language, "email-changed", address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "ar"})
    void S51_theUserIsToldOfALockEvenThoughTheRequestFailed(String language, ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm, newUser(language));
        inbox.next(user.user().email());
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
            clock.advance(Duration.ofSeconds(61));
        }
        expect(user.user(), language, "locked", texts.of(language, "two-factor-totp-display-name"));
    }

    @Test
    void S51_aHeaderThatCannotBeReadHidesNoLock(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm, newUser("en"));
        inbox.next(user.user().email());
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            Answer wrong = realm.api()
                    .post("/user/2fa/totp/authenticate")
                    .bearer(user.accessToken())
                    .header("Accept-Language", "en;q=x")
                    .json(Map.of("totp", user.device().wrongCode()))
                    .send();
            assertThat(wrong.message()).isEqualTo("TOTP_INVALID");
            clock.advance(Duration.ofSeconds(61));
        }
        expect(user.user(), "en", "locked", texts.of("en", "two-factor-totp-display-name"));
    }

    @Test
    void S51_theOwnerOfAnAddressIsToldThatSomebodyWantedIt() {
        TestUser owner = newUser("de");
        TestUser somebody = newUser("en");
        assertNothingToSay(post("/user/email/initiate", realm.accessToken(somebody), Map.of("email", owner.email())));
        Mail mail = inbox.next(owner.email());
        assertWellFormed(mail);
        assertThat(mail.subject()).isEqualTo(texts.of("de", "two-factor-mail-address-taken-subject", realm.name()));
        assertThat(mail.text())
                .contains(texts.of("de", "two-factor-mail-address-taken-not-you"), "UTC", owner.username())
                .as("nothing of who it was")
                .doesNotContain(somebody.username(), "127.0.0.1", "app");
    }

    @Test
    void S51_aUserWhoseAccountHasNoAddressIsToldAtTheEnrolledOne() {
        // Otherwise Keycloak has the user fill one in before it gives any token.
        UPConfig profile = realm.admin().users().userProfile().getConfiguration();
        profile.getAttribute("email").setRequired(null);
        realm.admin().users().userProfile().update(profile);
        TestUser user = realm.newUser(it -> it.setEmail(null));
        String address = user.username() + "@elsewhere.example.org";
        EmailEnrolled enrolled = EmailEnrolled.in(realm, inbox, user, address);
        expectAt(address, user, "en", "enabled", texts.of("en", "two-factor-email-otp-display-name"));
        String sudo = enrolled.sudoToken();
        assertNothingToSay(enrolled.disable(sudo));
        expectAt(address, user, "en", "disabled", texts.of("en", "two-factor-email-otp-display-name"));
    }

    @Test
    void S51_aLoopOfChangesFloodsNoMailboxAndHidesNoOtherNotice(ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String sudo = user.sudoToken();
        double limited = limitedResets();
        List<Answer> answers = Parallel.run(RESETS, () -> post("/user/2fa/recovery-code/reset", sudo, Map.of()));
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSizeGreaterThan(NOTICES_AN_HOUR);
        long resets = answers.stream().filter(answer -> answer.status() == 200).count();
        assertNothingToSay(user.disable(sudo));
        inbox.next(user.address(), mail -> isNotice(mail, "disabled"));
        awaitEmptyQueue();
        assertThat(resetNotices(user)).isEqualTo(NOTICES_AN_HOUR);
        assertThat(limitedResets()).isEqualTo(limited + resets - NOTICES_AN_HOUR);

        clock.advance(Duration.ofHours(1));
        EmailEnrolled again = EmailEnrolled.in(realm, inbox, user.user(), user.address());
        assertThat(post("/user/2fa/recovery-code/reset", again.sudoToken(), Map.of())
                        .status())
                .isEqualTo(200);
        Eventually.holds("a notice once more", () -> resetNotices(user) == NOTICES_AN_HOUR + 1);
    }

    @Test
    void S51_whoHasTheAddressOfAnotherHidesNoNoticeToHim(NewRealm newRealm) {
        TestRealm shared = realm(newRealm)
                .with(it -> it.setLoginWithEmailAllowed(false))
                .with(it -> it.setDuplicateEmailsAllowed(true))
                .create();
        EmailEnrolled victim = EmailEnrolled.in(shared, inbox);
        EmailEnrolled other =
                EmailEnrolled.in(shared, inbox, shared.newUser(it -> it.setEmail(victim.address())), victim.address());
        for (EmailEnrolled user : List.of(other, victim)) {
            String sudo = user.sudoToken();
            for (int reset = 0; reset < NOTICES_AN_HOUR; reset++) {
                assertThat(shared.api()
                                .post("/user/2fa/recovery-code/reset")
                                .bearer(sudo)
                                .json("{}")
                                .send()
                                .status())
                        .isEqualTo(200);
            }
        }
        String subject = texts.of("en", "two-factor-mail-recovery-reset-subject", shared.name());
        Eventually.holds(
                "the notices of both",
                () -> inbox.all(victim.address()).stream()
                                .filter(mail -> mail.subject().equals(subject))
                                .count()
                        == 2 * NOTICES_AN_HOUR);
    }

    private double limitedResets() {
        return metrics.value("two_factor_mails_total", "kind=\"recovery-reset\",outcome=\"limited\"");
    }

    private long resetNotices(EmailEnrolled user) {
        return inbox.all(user.address()).stream()
                .filter(mail -> isNotice(mail, "recovery-reset"))
                .count();
    }

    private boolean isNotice(Mail mail, String kind) {
        String method = texts.of("en", "two-factor-email-otp-display-name");
        return mail.subject().equals(texts.of("en", "two-factor-mail-" + kind + "-subject", realm.name(), method));
    }

    @Test
    void S51_aRealmCanSwitchThemOffAndCodesStillLeave(NewRealm newRealm) {
        TestRealm quiet = realm(newRealm).settings(Map.of("notices", "false")).create();
        EmailEnrolled user = EmailEnrolled.in(quiet, inbox);
        assertThat(quiet.api()
                        .post("/user/2fa/recovery-code/authenticate")
                        .bearer(user.accessToken())
                        .json(Map.of("recoveryCode", user.recoveryCodes().get(0)))
                        .send()
                        .status())
                .isEqualTo(200);
        assertNothingToSay(user.disable(user.sudoToken()));
        awaitEmptyQueue();
        assertThat(inbox.all(user.address())).hasSize(2).allMatch(Mail::hasCode);
    }

    private void awaitEmptyQueue() {
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
    }

    private Mail expect(TestUser user, String language, String kind, Object... details) {
        return expectAt(user.email(), user, language, kind, details);
    }

    /** The next mail to that address tells of this and says all that it has to. */
    private Mail expectAt(String address, TestUser user, String language, String kind, Object... details) {
        List<Object> arguments = new ArrayList<>(List.of(realm.name()));
        arguments.addAll(Arrays.asList(details));
        Mail mail = inbox.next(address, it -> !it.hasCode());
        assertWellFormed(mail);
        assertThat(mail.subject())
                .isEqualTo(texts.of(language, "two-factor-mail-" + kind + "-subject", arguments.toArray()));
        String[] says = {
            texts.of(language, "two-factor-mail-" + kind + "-text", arguments.toArray()),
            texts.of(language, "two-factor-mail-account", user.username()),
            texts.of(language, "two-factor-mail-client", "The shop’s app"),
            texts.of(language, "two-factor-mail-address", "127.0.0.1"),
            texts.of(language, "two-factor-mail-notice-not-you"),
            texts.of(language, "two-factor-mail-footer", realm.name())
        };
        assertThat(mail.text().lines()).contains(says);
        assertThat(words(mail)).contains(says);
        String when = texts.of(language, "two-factor-mail-when", "").strip();
        assertThat(mail.text().lines()).anyMatch(line -> line.startsWith(when) && line.endsWith(" UTC"));
        assertThat(mail.html()).contains("dir=\"" + (language.equals("ar") ? "rtl" : "ltr") + "\"");
        return mail;
    }

    private Answer post(String path, String token, Map<String, String> body) {
        return realm.api().post(path).bearer(token).json(body).send();
    }

    private Answer put(String path, String token, Map<String, String> body) {
        return realm.api().put(path).bearer(token).json(body).send();
    }
}
