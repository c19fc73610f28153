package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Keycloak's account console, as it comes: our credentials under "Signing in". */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccountConsoleIT {
    private static final String DEVICE = "two-factor-trusted-device";

    /** High enough for the whole list. */
    private static final Look TALL = Look.USUAL.on(Look.Screen.TALL_PICTURE);

    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;

    AccountConsoleIT(Chromium chromium, NewRealm newRealm, Inbox inbox) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-user-configured", "REQUIRED"),
                        form("conditional-two-factor-device", "REQUIRED", Map.of("days", "30")),
                        form("two-factor-totp-form", "ALTERNATIVE"),
                        form("two-factor-email-otp-form", "ALTERNATIVE"),
                        form("two-factor-recovery-code-form", "ALTERNATIVE"))))
                .create();
    }

    /** One user from the first factor to none. */
    @Test
    void S49_factorsAreSetUpSeenAndRemovedThere() {
        TestUser user = realm.newUser();
        Person person = chromium.person(TALL);
        AccountConsole console = AccountConsole.in(AccountConsole.logIn(person.tab(), realm, user));
        assertThat(console.titles()).containsOnlyOnce("Authenticator application", "Email code", "Recovery codes");
        assertThat(console.helpOf("email-otp")).isEqualTo("Enter a code that we send you by email.");
        assertThat(console.helpOf("recovery-code")).startsWith("Ten codes for the day when you have lost your phone.");
        assertThat(console.setUpOf("email-otp")).isEqualTo("Set up Email code");
        assertThat(console.setUpOf("recovery-code")).isEqualTo("Set up Recovery codes");

        EnrolTotpPage totp = EnrolTotpPage.in(console.setUp("otp"));
        Device device = totp.device();
        console = AccountConsole.in(totp.sendRight(device.code()).finish());
        assertThat(console.of("otp")).containsExactly("Authenticator app");
        assertThat(console.of("recovery-code")).containsExactly("Recovery codes", "0/10 recovery codes used");

        console = AccountConsole.in(console.setUp("email-otp").follow("#two-factor-cancel"));
        assertThat(console.has("email-otp")).isFalse();
        EnrolEmailPage email = EnrolEmailPage.in(console.setUp("email-otp"));
        EnrolEmailCodePage code = EnrolEmailCodePage.in(email.send());
        console = AccountConsole.in(code.send(EmailEnrolled.code(inbox, user.email())));
        assertThat(console.of("email-otp")).hasSize(2).satisfies(texts -> {
            assertThat(texts.get(0)).isEqualTo("Email code");
            assertThat(texts.get(1)).contains("Email address", user.email());
        });

        console = AccountConsole.in(
                MakeCodesPage.in(console.setUp("recovery-code")).make().finish());
        console.tab().screenshot("account-console-signing-in");
        assertReadable(console);

        // In another browser, which is trusted: so the log-in asks for no factor, and the removal does.
        // One tab: the console of another, logged out behind its back, would log in again in the middle of what this
        // one does.
        Tab other = chromium.person().tab();
        CodePage asked = CodePage.in(AccountConsole.logIn(other, realm, user));
        asked.tab().element("#trustDevice").click();
        AccountConsole.in(asked.send(device.code()));
        realm.user(user).logout();
        console = AccountConsole.in(AccountConsole.logIn(other, realm, user));
        assertThat(console.of(DEVICE))
                .singleElement()
                .satisfies(label -> assertThat(label).contains("Chrome", "Linux"));
        ConfirmPage confirm = ConfirmPage.in(console.remove("email-otp"));
        confirm.tab().screenshot("account-console-confirm");
        Tab removal = confirm.send(device.code());
        assertThat(removal.element("#kc-page-title").getText())
                .as(removal.text())
                .isEqualTo("Delete Email code");
        removal.screenshot("account-console-delete");
        console = AccountConsole.in(removal.follow("#kc-accept"));
        assertThat(Factors.of(realm, user)).containsExactly("otp", "recovery-code", DEVICE);
        assertThat(console.has("email-otp")).isFalse();

        console = AccountConsole.in(console.remove(DEVICE).follow("#kc-accept"));
        assertThat(console.has(DEVICE)).isFalse();
        realm.user(user).logout();
        asked = CodePage.in(AccountConsole.logIn(other, realm, user));
        assertThat(asked.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        console = AccountConsole.in(asked.send(device.code()));

        console = AccountConsole.in(console.remove("otp").follow("#kc-accept"));
        assertThat(Factors.of(realm, user)).isEmpty();
        assertThat(console.has("otp")).isFalse();
        assertThat(console.has("recovery-code")).isFalse();
    }

    @Test
    void inFrenchNoTextIsMissing() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = chromium.person(TALL.in("fr")).tab();
        CodePage page = CodePage.in(AccountConsole.logIn(tab, realm, user.user()));
        tab.element("#trustDevice").click();
        AccountConsole console = AccountConsole.in(page.send(user.device().code()));
        tab.screenshot("account-console-signing-in-fr");
        assertThat(console.titles()).contains("Code par courriel", "Codes de récupération", "Appareil de confiance");
        assertThat(console.setUpOf("email-otp")).endsWith("Code par courriel");
        assertThat(console.of("otp")).containsExactly("Application d’authentification");
        assertThat(console.of("recovery-code"))
                .containsExactly("Codes de récupération", "0/10 codes de récupération utilisés");
        assertReadable(console);
    }

    @Test
    void S46_fewCodesLeftAreAWarning() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int used = 0; used < 6; used++) {
            assertThat(Factors.recoveryCode(realm, user.user(), user.recoveryCode()))
                    .isEqualTo(200);
        }
        Tab tab = CodePage.in(AccountConsole.logIn(chromium.person(TALL).tab(), realm, user.user()))
                .send(user.device().code());
        assertThat(AccountConsole.in(tab).of("recovery-code").get(1)).isEqualTo("6/10 recovery codes used");
        assertThat(Factors.recoveryCode(realm, user.user(), user.recoveryCode()))
                .isEqualTo(200);
        AccountConsole console = AccountConsole.in(tab.refresh());
        tab.screenshot("account-console-few-codes");
        assertThat(console.of("recovery-code").get(1))
                .contains("7/10 recovery codes used", "3 recovery codes remaining", "Generate new codes");
    }

    private static void assertReadable(AccountConsole console) {
        assertThat(console.tab().text())
                .doesNotContainPattern(
                        "two-factor-|-display-name|-help-text|email-otp|recovery-code\\b|undefined|\\{\\{|null");
        assertThat(List.of(console.titles(), console.of("email-otp"), console.of("recovery-code")))
                .allSatisfy(texts -> assertThat(texts).doesNotContain(""));
    }
}
