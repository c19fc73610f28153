package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
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

/**
 * With 2FA on, nothing about it is changed on a page before a second factor was given in this browser session, within the
 * lifespan of a sudo token. The realm's flow asks for a password alone, so that all depends on the pages themselves.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SudoOnPagesIT {
    private static final List<String> ACTIONS = List.of(
            "CONFIGURE_TWO_FACTOR", "CONFIGURE_TOTP", "two-factor-enrol-email-otp", "two-factor-recovery-codes");

    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;
    private final ServerClock clock;

    SudoOnPagesIT(Chromium chromium, NewRealm newRealm, Inbox inbox, ServerClock clock) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.clock = clock;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                .with(change -> change.setAccessCodeLifespanUserAction(3600))
                .create();
    }

    @Test
    void S38_S49_everyActionAsksAndAPasswordJustNowIsNotEnough() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user.user());
        AppPage.in(tab);
        for (String action : ACTIONS) {
            ConfirmPage page = open(tab, action);
            assertThat(tab.html()).as(action).doesNotContain("two-factor-key", "two-factor-codes");
            page.sendInVain(user.device().wrongCode());
        }
        open(tab, "delete_credential:" + Factors.one(realm, user.user(), "otp").getId());
        assertThat(Factors.of(realm, user.user())).containsExactly("otp", "recovery-code");
    }

    @Test
    void S49_aCodeOpensForAsLongAsASudoTokenLives() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        Tab tab = LoginPage.open(person.tab(), realm, action("CONFIGURE_TOTP")).logIn(user.user());
        EnrolTotpPage.in(ConfirmPage.in(tab).send(user.device().code())).tab().follow("#two-factor-cancel");
        AppPage.in(tab);
        EnrolEmailPage.in(go(tab, "two-factor-enrol-email-otp"));
        EnrolEmailPage.in(go(person.tab(), "two-factor-enrol-email-otp"));

        Tab elsewhere = LoginPage.open(chromium.person().tab(), realm, action("two-factor-recovery-codes"))
                .logIn(user.user());
        assertThat(ConfirmPage.isIn(elsewhere)).as("another browser").isTrue();

        clock.advance(Duration.ofSeconds(301));
        // The log-in itself is too old for an action by then.
        Tab later = go(tab, "two-factor-recovery-codes");
        assertThat(later.has("#password")).isTrue();
        later.type("#password", user.user().password()).follow("#kc-login");
        assertThat(ConfirmPage.isIn(later)).isTrue();
    }

    @Test
    void S49_aPageThatIsOpenForLongerAsksAgain() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = logInFor("CONFIGURE_TOTP", user.user());
        EnrolTotpPage page =
                EnrolTotpPage.in(ConfirmPage.in(tab).send(user.device().code()));
        Device device = page.device();
        String key = page.key();
        clock.advance(Duration.ofSeconds(301));
        page.send(device.code());
        ConfirmPage confirm = ConfirmPage.in(tab);
        assertThat(Factors.totp(realm, user.user(), user.device().code()))
                .as("the old device")
                .isEqualTo(200);
        page = EnrolTotpPage.in(confirm.send(user.device().code()));
        assertThat(page.key()).isEqualTo(key);
        AppPage.in(page.send(device.code()));
        assertThat(Factors.totp(realm, user.user(), device.code())).isEqualTo(200);
    }

    /** Peers' flaw (keycloak #38593): the old one was removed before the new one was confirmed. */
    @Test
    void S49_theOldDeviceWorksUntilTheNewOneIsConfirmed() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = logInFor("CONFIGURE_TOTP", user.user());
        EnrolTotpPage page =
                EnrolTotpPage.in(ConfirmPage.in(tab).send(user.device().code()));
        Device device = page.device();
        page.sendInVain(device.wrongCode());
        assertThat(Factors.totp(realm, user.user(), user.device().code())).isEqualTo(200);
        AppPage.in(page.replacing().send(device.code()));
        assertThat(Factors.totp(realm, user.user(), user.device().code())).isEqualTo(401);
        assertThat(Factors.totp(realm, user.user(), device.code())).isEqualTo(200);
        assertThat(Factors.recoveryCode(realm, user.user(), user.recoveryCode()))
                .as("the codes stay")
                .isEqualTo(200);
    }

    /** It lets in whoever reads the account's mail, and so proves no factor of the user's. */
    @Test
    void S49_aCodeToAnAddressThatWasNeverEnrolledOpensNothing(NewRealm another) {
        TestRealm open = another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen(BrowserFlow.form("two-factor-account-email-form", "REQUIRED")))
                .create();
        Enrolled user = Enrolled.withTotp(open);
        List<String> before = Factors.of(open, user.user());
        List<String> actions = new ArrayList<>(ACTIONS);
        actions.add("delete_credential:" + Factors.one(open, user.user(), "otp").getId());
        Tab tab = LoginPage.open(chromium.person().tab(), open, action(actions.get(0)))
                .logIn(user.user());
        tab = CodePage.in(tab).send(EmailEnrolled.code(inbox, user.user().email()));
        assertThat(ConfirmPage.isIn(tab)).as("in the log-in itself").isTrue();
        AppPage.in(tab.follow("#two-factor-cancel"));
        for (String action : actions) {
            assertThat(ConfirmPage.isIn(tab.go(LoginPage.address(open, action(action)))))
                    .as(action)
                    .isTrue();
        }
        assertThat(Factors.of(open, user.user())).isEqualTo(before);
    }

    @Test
    void S17_wrongCodesHereAndAtRestAreOneCount() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = logInFor("two-factor-recovery-codes", user.user());
        for (int guess = 0; guess < 3; guess++) {
            ConfirmPage.in(tab).sendInVain(user.device().wrongCode());
        }
        for (int guess = 0; guess < 2; guess++) {
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
        }
        assertThat(ConfirmPage.in(tab).sendInVain(user.device().code()).error())
                .hasValueSatisfying(error -> assertThat(error).startsWith("Too many wrong codes. Try again in "));
        // Another factor counts for itself.
        MakeCodesPage.in(ConfirmPage.in(tab).by("recovery-code").send(user.recoveryCode()));
        assertThat(realm.events("LOGIN_ERROR"))
                .filteredOn(event -> user.user().id().equals(event.getUserId()))
                .extracting(event -> event.getDetails().get("two_factor_operation"))
                .filteredOn(operation -> "totp-authenticate".equals(operation))
                .hasSize(6);
    }

    @Test
    void S19_aLockedFactorSaysSo(NewRealm another) {
        TestRealm strict = another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                .settings(Map.of("lockAfter", "10"))
                .create();
        Enrolled user = Enrolled.withTotp(strict);
        for (int guess = 0; guess < 10; guess++) {
            assertThat(user.totp(user.partialToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
            clock.advance(Duration.ofHours(1));
        }
        Tab tab = LoginPage.open(chromium.person().tab(), strict, action("CONFIGURE_TOTP"))
                .logIn(user.user());
        ConfirmPage page = ConfirmPage.in(tab);
        assertThat(page.sendInVain("123456").error())
                .contains("Too many wrong codes: this method is locked. Try another way, or ask your administrator.");
        EnrolTotpPage enrol = EnrolTotpPage.in(page.by("recovery-code").send(user.recoveryCode()));
        clock.close();
        AppPage.in(enrol.send(enrol.device().code()));
        assertThat(Factors.of(strict, user.user())).containsExactly("otp", "recovery-code");
    }

    @Test
    void S53_aCodeByMailIsSentWhenItIsAskedForAndToAMaskedAddress() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        Tab tab = logInFor("CONFIGURE_TOTP", user.user());
        ConfirmPage page = ConfirmPage.in(tab);
        tab.refresh();
        assertThat(inbox.all(user.address())).filteredOn(Mail::hasCode).hasSize(1);
        assertThat(page.hint()).isEqualTo("We will send a code to \u2066u•••@example.org\u2069.");
        page = page.mail();
        String code = user.nextCode();
        assertThat(page.hint()).startsWith("We have sent a code to \u2066u•••@example.org\u2069.");
        page.sendInVain(EmailEnrolled.otherThan(code));
        EnrolTotpPage.in(page.send(code));
        assertThat(inbox.all(user.address())).filteredOn(Mail::hasCode).hasSize(2);
    }

    @Test
    void S46_oneOfTheLastRecoveryCodesIsAWarningAndAMail() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int used = 0; used < 6; used++) {
            assertThat(Factors.recoveryCode(realm, user.user(), user.recoveryCode()))
                    .isEqualTo(200);
        }
        Tab tab = logInFor("two-factor-recovery-codes", user.user());
        ConfirmPage page = ConfirmPage.in(tab).by("recovery-code");
        page.sendInVain("A".repeat(16));
        page.send(user.recoveryCode());
        MakeCodesPage.in(tab);
        assertThat(tab.read("#two-factor-message"))
                .hasValueSatisfying(warning -> assertThat(warning).startsWith("You have 3 recovery codes left."));
        assertThat(inbox.next(user.user().email(), mail -> mail.text().contains("You have 3 codes left"))
                        .subject())
                .endsWith("a recovery code was used");
    }

    /** A security key: REST can't ask for it, and neither can our pages. */
    @Test
    void whoHasAnotherExtensionsFactorAloneIsNotLetPast() {
        CredentialRepresentation key = new CredentialRepresentation();
        key.setType("webauthn");
        key.setUserLabel("a key");
        key.setSecretData("{}");
        key.setCredentialData("{}");
        TestUser user = realm.newUser(
                change -> change.setCredentials(List.of(change.getCredentials().get(0), key)));
        Tab tab = logInFor("CONFIGURE_TOTP", user);
        assertThat(tab.element("#two-factor-not-available").getText()).startsWith("This method can’t be used.");
        AppPage.in(tab.follow("#two-factor-cancel"));
    }

    @Test
    void S49_keycloaksOwnFormInTheSameLogInCounts(NewRealm another) {
        TestRealm keycloaks =
                another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        Enrolled user = Enrolled.withTotp(keycloaks);
        Tab tab = LoginPage.open(chromium.person().tab(), keycloaks, action("two-factor-enrol-email-otp"))
                .logIn(user.user());
        EnrolEmailPage.in(tab.type("#otp", user.device().code()).follow("#kc-login"));
    }

    private ConfirmPage open(Tab tab, String action) {
        return ConfirmPage.in(go(tab, action));
    }

    private Tab logInFor(String action, TestUser user) {
        return LoginPage.open(chromium.person().tab(), realm, action(action)).logIn(user);
    }

    private Tab go(Tab tab, String action) {
        return tab.go(LoginPage.address(realm, action(action)));
    }

    private static Map<String, String> action(String action) {
        return Map.of("kc_action", action);
    }
}
