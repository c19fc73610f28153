package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** The page that asks for a mailed code. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmailOtpFormIT {
    private static final String SEND = "#two-factor-send";

    private final Chromium chromium;
    private final Inbox inbox;
    private final TestRealm realm;

    EmailOtpFormIT(Chromium chromium, Inbox inbox, NewRealm newRealm) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setSupportedLocales(new java.util.HashSet<>(List.of("en", "fr", "ar", "de"))))
                .browserFlow(BrowserFlow.anyOf(
                        "two-factor-email-otp-form", "two-factor-totp-form", "two-factor-recovery-code-form"))
                .create();
    }

    @Test
    void S36_aRightCodeOpensAndSaysHowTheUserCameIn() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        CodePage page = CodePage.after(chromium.person().tab(), realm, user.user());
        assertThat(page.heading()).isEqualTo(CodePage.EMAIL);
        assertThat(page.tab().text()).contains("•••@example.org").doesNotContain(user.address());
        page.tab().screenshot("email-otp").assertAccessible();
        Answer tokens = AppPage.in(page.send(user.nextCode())).tokens(realm);
        assertThat(Jwt.of(tokens.field("access_token")).claims().get("amr"))
                .extracting(node -> node.asText())
                .containsExactly("pwd", "mca");
    }

    @Test
    void S30_aWrongCodeIsSaidSoAndTheRightOneStillOpens() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        CodePage page = CodePage.after(chromium.person().tab(), realm, user.user());
        String code = user.nextCode();
        CodePage again = page.sendInVain(EmailEnrolled.otherThan(code));
        again.tab().screenshot("email-otp-wrong").assertAccessible();
        assertThat(again.error()).hasValueSatisfying(error -> assertThat(error).contains("wrong or has expired"));
        AppPage.in(again.send(code.substring(0, 3) + " " + code.substring(3)));
    }

    @Test
    void S23_refreshBackAndASecondTabSendNoOtherMail() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        int before = codesTo(user);
        Person person = chromium.person();
        Tab first = person.tab();
        CodePage page = CodePage.after(first, realm, user.user());
        String code = user.nextCode();
        page.tab().refresh();
        CodePage.in(first);
        CodePage second = CodePage.after(person.tab(), realm, user.user());
        assertThat(second.tab().text()).contains("We have sent a code to");
        assertThat(codesTo(user)).isEqualTo(before + 1);
        AppPage.in(second.send(code));
        first.await("Keycloak to take the other tab along", () -> AppPage.isIn(first));
        assertThat(codesTo(user)).isEqualTo(before + 1);
    }

    @Test
    void S17_S23_anotherCodeComesByTheButtonOnceTheWaitIsOver(ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        Tab tab = chromium.person(Look.USUAL.withoutScripts()).tab();
        CodePage.after(tab, realm, user.user());
        String first = user.nextCode();
        assertThat(tab.read("#two-factor-resend-wait"))
                .hasValueSatisfying(wait -> assertThat(wait).contains("You can get a new code in"));
        CodePage page = CodePage.in(tab.follow(SEND));
        assertThat(page.error()).hasValueSatisfying(error -> assertThat(error).contains("Too many codes were sent"));
        tab.screenshot("email-otp-too-early").assertAccessible();
        clock.advance(Duration.ofSeconds(61));
        page = CodePage.in(tab.follow(SEND));
        tab.screenshot("email-otp-resent").assertAccessible();
        assertThat(tab.read("#two-factor-news"))
                .hasValueSatisfying(news -> assertThat(news).contains("A new code is on its way"));
        page = page.sendInVain(first);
        AppPage.in(page.send(user.nextCode()));
    }

    @Test
    void theWaitIsCountedDownAndTheButtonWaitsWithIt() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        Tab tab = chromium.person().tab();
        CodePage.after(tab, realm, user.user());
        String shown = tab.read("#two-factor-resend-wait").orElseThrow();
        assertThat(tab.element(SEND).isEnabled()).isFalse();
        tab.await(
                "the next second",
                () -> !tab.read("#two-factor-resend-wait").orElseThrow().equals(shown));
    }

    @Test
    void withAnotherFactorNoMailLeavesBeforeTheUserHasChosenEmail(ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        enrolTotpToo(user);
        clock.advance(Duration.ofSeconds(61));
        int before = codesTo(user);
        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user.user());
        if (CodePage.isIn(tab)) {
            tab = CodePage.in(tab).tryAnotherWay().choose("Email code");
        } else {
            tab.screenshot("email-otp-offer").assertAccessible();
            assertThat(codesTo(user)).isEqualTo(before);
            tab = tab.follow(SEND);
        }
        AppPage.in(CodePage.in(tab).send(user.nextCode()));
        assertThat(codesTo(user)).isEqualTo(before + 1);
    }

    @Test
    void S16_S17_wrongCodesAreCountedWithThoseOverRest() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        CodePage page = CodePage.after(chromium.person().tab(), realm, user.user());
        String code = user.nextCode();
        for (int guess = 0; guess < 3; guess++) {
            page = page.sendInVain(EmailEnrolled.otherThan(code));
        }
        for (int guess = 0; guess < 2; guess++) {
            assertThat(user.authenticate(user.accessToken(), EmailEnrolled.otherThan(code))
                            .message())
                    .isEqualTo("OTP_INVALID_EXPIRED");
        }
        page = page.sendInVain(code);
        page.tab().screenshot("email-otp-too-many").assertAccessible();
        assertThat(page.error()).hasValueSatisfying(error -> assertThat(error).startsWith("Too many wrong codes."));
    }

    @Test
    void aMailThatCannotBeSentIsSaidSo(NewRealm other) {
        TestRealm silent = other.browserFlow(BrowserFlow.anyOf("two-factor-email-otp-form"))
                .create();
        EmailEnrolled user = EmailEnrolled.in(silent, inbox);
        silent.update(it -> it.setSmtpServer(new java.util.HashMap<>()));
        Tab tab = LoginPage.open(chromium.person().tab(), silent).logIn(user.user());
        tab.screenshot("email-otp-not-sent").assertAccessible();
        assertThat(tab.read("#input-error-code"))
                .hasValueSatisfying(error -> assertThat(error).contains("could not be sent"));
        assertThat(tab.has(SEND)).isTrue();
    }

    @Test
    void withoutEnrolmentAVerifiedAddressIsEnough(NewRealm other) {
        TestRealm open = other.browserFlow(BrowserFlow.anyOf("two-factor-account-email-form"))
                .create();
        TestUser verified = open.newUser();
        TestUser unverified = open.newUser(it -> it.setEmailVerified(false));
        CodePage page = CodePage.after(chromium.person().tab(), open, verified);
        AppPage.in(page.send(EmailEnrolled.code(inbox, verified.email())));
        AppPage.in(LoginPage.open(chromium.person().tab(), open).logIn(unverified));
        assertThat(inbox.all(unverified.email())).isEmpty();
    }

    private void enrolTotpToo(EmailEnrolled user) {
        String sudo = user.sudoToken();
        Answer setUp =
                realm.api().post("/user/2fa/totp/setup").bearer(sudo).json("{}").send();
        Device device = Device.scanning(setUp.field("url"));
        Answer enabled = realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(user.accessToken())
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(Enrolled.texts(enabled)).isEmpty();
    }

    private int codesTo(EmailEnrolled user) {
        return (int) inbox.all(user.address()).stream().filter(Mail::hasCode).count();
    }
}
