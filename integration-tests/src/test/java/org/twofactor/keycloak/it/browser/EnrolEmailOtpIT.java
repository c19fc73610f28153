package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** Email codes set up on a page: {@code kc_action=two-factor-enrol-email-otp}. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnrolEmailOtpIT {
    static final Map<String, String> ACTION = Map.of("kc_action", "two-factor-enrol-email-otp");

    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;
    private final ServerClock clock;

    EnrolEmailOtpIT(Chromium chromium, NewRealm newRealm, Inbox inbox, ServerClock clock) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.clock = clock;
        this.realm = newRealm.browserFlow(BrowserFlow.passwordThen())
                .with(change -> change.setAccessCodeLifespanUserAction(3600))
                .create();
    }

    @Test
    void S49_S51_S53_theMailboxIsProvedAndTheAddressThatWasTypedIsEnrolled() {
        TestUser user = realm.newUser();
        EnrolEmailPage address = open(user);
        assertThat(address.address()).isEqualTo(user.email());
        String mailbox = "private-" + user.email();
        EnrolEmailCodePage page = EnrolEmailCodePage.in(address.send(mailbox));
        // Isolated, for languages that run the other way.
        assertThat(page.hint()).startsWith("Enter the code that we sent to \u2066" + mailbox + "\u2069.");
        Mail mail = inbox.next(mailbox, Mail::hasCode);
        assertThat(mail.subject()).doesNotContain(mail.code());
        assertThat(mail.links()).isEmpty();
        assertThat(Factors.of(realm, user)).as("before the code").isEmpty();

        AppPage.in(page.sendRight(mail.code()).finish());
        assertThat(Factors.of(realm, user)).containsExactly("email-otp", "recovery-code");
        assertThat(Factors.one(realm, user, "email-otp").getCredentialData())
                .isEqualTo("{\"version\":1,\"email\":\"" + mailbox + "\"}");
        assertThat(realm.user(user).toRepresentation().getEmail()).isEqualTo(user.email());
        assertThat(inbox.next(user.email()).subject()).endsWith("Email code is on");
        assertThat(realm.events("SEND_VERIFY_EMAIL", "UPDATE_CREDENTIAL"))
                .filteredOn(event -> user.id().equals(event.getUserId()))
                .extracting(event -> event.getDetails().get("two_factor_operation"))
                .containsExactlyInAnyOrder("email-otp-setup", "recovery-code-made", "email-otp-enable");
    }

    @Test
    void whatIsNoAddressGetsNoMail() {
        TestUser user = realm.newUser();
        EnrolEmailPage page = open(user);
        for (String text : new String[] {"", "nobody", "a@b@c", "x".repeat(300) + "@example.org"}) {
            EnrolEmailPage again = EnrolEmailPage.in(page.send(text));
            assertThat(again.error()).as(text).contains("Enter a valid email address.");
        }
        assertThat(inbox.all(user.email())).isEmpty();
    }

    @Test
    void S11_S49_aWrongOrExpiredCodeEnrolsNothing() {
        TestUser user = realm.newUser();
        EnrolEmailCodePage page = EnrolEmailCodePage.in(open(user).send());
        String code = code(user.email());
        assertThat(page.sendInVain("").error()).contains("Enter the code.");
        assertThat(page.sendInVain(EmailEnrolled.otherThan(code)).error())
                .contains("This code is wrong or has expired. Check it, or get a new one.");
        clock.advance(Duration.ofMinutes(10).plusSeconds(1));
        assertThat(page.sendInVain(code).error())
                .contains("This code is wrong or has expired. Check it, or get a new one.");
        assertThat(Factors.of(realm, user)).isEmpty();
        page.resend().sendRight(code(user.email()));
    }

    @Test
    void S16_aCodeStandsFiveGuessesWhateverPageTheyComeFrom() {
        TestUser user = realm.newUser();
        Person person = chromium.person();
        EnrolEmailCodePage page = EnrolEmailCodePage.in(open(person.tab(), user).send());
        String code = code(user.email());
        for (int guess = 0; guess < 5; guess++) {
            page.sendInVain(EmailEnrolled.otherThan(code));
        }
        assertThat(page.sendInVain(code).error())
                .hasValueSatisfying(error -> assertThat(error).startsWith("Too many wrong codes. Try again in "));
        page.tab().refresh();
        assertThat(EnrolEmailCodePage.in(page.tab()).sendInVain(code).error())
                .hasValueSatisfying(error -> assertThat(error).startsWith("Too many wrong codes. Try again in "));
        clock.advance(Duration.ofSeconds(31));
        assertThat(page.sendInVain(code).error())
                .as("a code that has stood five guesses")
                .isPresent();
        assertThat(Factors.of(realm, user)).isEmpty();
    }

    @Test
    void S12_S23_aNewCodeHasToWaitAndKillsTheOld() {
        TestUser user = realm.newUser();
        // Without scripts, which would not let the button be pressed.
        Tab tab = chromium.person(Look.USUAL.withoutScripts()).tab();
        EnrolEmailCodePage page = EnrolEmailCodePage.in(open(tab, user).send());
        String old = code(user.email());
        assertThat(page.untilNextMail())
                .hasValueSatisfying(wait -> assertThat(wait).matches("You can get a new code in \\d+ s\\."));
        assertThat(page.resend().message())
                .hasValueSatisfying(message -> assertThat(message).startsWith("You can get a new code in "));
        clock.advance(Duration.ofSeconds(61));
        page.tab().refresh();
        assertThat(EnrolEmailCodePage.in(tab).untilNextMail()).isEmpty();
        assertThat(page.resend().message())
                .contains("A new code is on its way to \u2066" + user.email()
                        + "\u2069. The earlier one no longer works.");
        String fresh = code(user.email());
        assertThat(inbox.all(user.email())).filteredOn(Mail::hasCode).hasSize(2);
        page.sendInVain(old);
        page.sendRight(fresh);
    }

    @Test
    void theWaitForANewCodeIsCountedDown() {
        TestUser user = realm.newUser();
        realm.settings(Map.of("mailInterval", "2"));
        try {
            EnrolEmailCodePage page = EnrolEmailCodePage.in(open(user).send());
            Tab tab = page.tab();
            assertThat(tab.element("#two-factor-send").isEnabled()).isFalse();
            tab.await(
                    "the end of the wait", () -> tab.element("#two-factor-send").isEnabled());
            assertThat(page.untilNextMail()).isEmpty();
            assertThat(page.resend().message()).isPresent();
        } finally {
            realm.settings(Map.of("mailInterval", "60"));
        }
    }

    @Test
    void refreshBackAndSecondTabSendNoMail() {
        TestUser user = realm.newUser();
        Person person = chromium.person();
        EnrolEmailCodePage page = EnrolEmailCodePage.in(open(person.tab(), user).send());
        String code = code(user.email());
        page.tab().refresh();
        page.sendInVain(EmailEnrolled.otherThan(code));
        page.tab().refresh().back();
        assertThat(EnrolEmailCodePage.isIn(page.tab())).isTrue();
        EnrolEmailPage another = open(person.tab(), user);
        EnrolEmailPage refused = EnrolEmailPage.in(another.send("other-" + user.email()));
        assertThat(refused.error())
                .hasValueSatisfying(error -> assertThat(error).startsWith("You can get a new code in "));
        page.sendRight(code);
        assertThat(inbox.all("other-" + user.email())).isEmpty();
        assertThat(inbox.all(user.email())).filteredOn(Mail::hasCode).hasSize(1);
    }

    @Test
    void S13_theCodeOfOneAddressEnrolsNoOther() {
        TestUser user = realm.newUser();
        EnrolEmailCodePage page = EnrolEmailCodePage.in(open(user).send());
        String code = code(user.email());
        clock.advance(Duration.ofSeconds(61));
        EnrolEmailPage address = page.otherAddress();
        assertThat(address.address()).isEqualTo(user.email());
        EnrolEmailCodePage other = EnrolEmailCodePage.in(address.send("other-" + user.email()));
        other.sendInVain(code);
        other.sendRight(code("other-" + user.email())).finish();
        assertThat(Factors.one(realm, user, "email-otp").getCredentialData()).contains("other-" + user.email());
    }

    /** Peers' flaw: the address was changed between sending and checking. */
    @Test
    void S13_whoKnowsThePasswordCannotPutTheirOwnAddressIntoThePage() {
        TestUser victim = realm.newUser();
        EnrolEmailCodePage page = EnrolEmailCodePage.in(open(victim).send());
        String code = code(victim.email());
        clock.advance(Duration.ofSeconds(61));
        EmailEnrolled.assertNothingToSay(
                EmailEnrolled.setUp(realm, realm.accessToken(victim), "thief-" + victim.email()));
        EnrolEmailPage again = EnrolEmailPage.in(page.send(code));
        assertThat(again.error()).contains("This page has expired. Start again.");
        assertThat(again.address()).isEqualTo(victim.email());
        assertThat(Factors.of(realm, victim)).isEmpty();
    }

    @Test
    void S54_aMailThatCannotBeSentIsSaidSo(NewRealm another) {
        TestRealm mute = another.withoutMail().create();
        Tab tab = LoginPage.open(chromium.person().tab(), mute, ACTION).logIn(mute.newUser());
        EnrolEmailPage page = EnrolEmailPage.in(EnrolEmailPage.in(tab).send());
        assertThat(page.error()).contains("The email could not be sent. Try again later, or try another way.");
    }

    @Test
    void whatTheRealmDoesNotAllowCannotBeSetUp(NewRealm another) {
        TestRealm strict = another.settings(Map.of("methods", "totp")).create();
        TestUser user = strict.newUser();
        Tab tab = LoginPage.open(chromium.person().tab(), strict, ACTION).logIn(user);
        tab.assertAccessible().screenshot("enrol-not-available");
        assertThat(tab.element("#two-factor-not-available").getText()).startsWith("This method can’t be used.");
        AppPage.in(tab.follow("#two-factor-cancel"));
        assertThat(Factors.of(strict, user)).isEmpty();
    }

    private String code(String address) {
        return EmailEnrolled.code(inbox, address);
    }

    private EnrolEmailPage open(TestUser user) {
        return open(chromium.person().tab(), user);
    }

    private EnrolEmailPage open(Tab tab, TestUser user) {
        return EnrolEmailPage.in(LoginPage.open(tab, realm, ACTION).logIn(user));
    }
}
