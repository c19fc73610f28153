package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** Every page of enrolment, as people see it: axe-core finds nothing on any, and nothing is wider than the window. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnrolmentLooksIT {
    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;

    EnrolmentLooksIT(Chromium chromium, NewRealm newRealm, Inbox inbox) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                .with(change -> change.getSupportedLocales().addAll(Set.of("ar", "fr")))
                .create();
    }

    @Test
    void S59_onADesktop() {
        walk(Look.USUAL, "");
    }

    @Test
    void S59_onADarkPhoneInArabic() {
        Tab tab = walk(Look.USUAL.on(Look.Screen.PHONE).darkened().in("ar"), "-ar-dark-phone");
        assertThat(tab.script("return document.documentElement.dir")).isEqualTo("rtl");
        assertThat(tab.element("#code").getDomAttribute("dir")).isEqualTo("ltr");
    }

    @Test
    void S59_at400PercentInFrenchWithoutScripts() {
        walk(Look.USUAL.on(Look.Screen.ZOOMED_TO_400_PERCENT).in("fr").withoutScripts(), "-fr-zoomed");
    }

    /** Ends at the page that asks for a second factor. */
    private Tab walk(Look look, String name) {
        TestUser user = realm.newUser(change -> change.setRequiredActions(List.of("CONFIGURE_TWO_FACTOR")));
        Tab tab = chromium.person(look).tab();
        LoginPage.open(tab, realm).logIn(user);
        seen(tab, "enrol-choice" + name);
        EnrolTotpPage totp = ConfigurePage.in(tab).chooseTotp();
        seen(tab, "enrol-totp" + name);
        Device device = totp.device();
        totp.sendInVain(device.wrongCode());
        seen(tab, "enrol-totp-wrong" + name);
        RecoveryCodesPage codes = totp.sendRight(device.code());
        codes.codes();
        seen(tab, "enrol-recovery-codes" + name);
        tab.refresh();
        seen(tab, "enrol-recovery-codes-again" + name);
        AppPage.in(MakeCodesPage.in(tab).finish());

        LoginPage.open(tab, realm, EnrolEmailOtpIT.ACTION);
        seen(tab, "enrol-email" + name);
        EnrolEmailCodePage.in(EnrolEmailPage.in(tab).send());
        seen(tab, "enrol-email-code" + name);
        AppPage.in(EnrolEmailCodePage.in(tab).send(EmailEnrolled.code(inbox, user.email())));

        Tab elsewhere = chromium.person(look).tab();
        LoginPage.open(elsewhere, realm, RecoveryCodesIT.ACTION).logIn(user);
        ConfirmPage.in(elsewhere).by("email-otp");
        seen(elsewhere, "enrol-confirm-by-mail" + name);
        ConfirmPage.in(elsewhere).by("totp");
        seen(elsewhere, "enrol-confirm" + name);
        return elsewhere;
    }

    /** @see <a href="https://www.w3.org/TR/WCAG22/#reflow">WCAG 2.2 1.4.10 Reflow</a> */
    private static void seen(Tab tab, String name) {
        tab.screenshot(name).assertAccessible();
        assertThat(tab.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels that one has to scroll sideways for on %s", name)
                .isEqualTo(0L);
    }

    @Test
    void S59_theKeyboardAloneIsEnough() {
        TestUser user = realm.newUser(change -> change.setRequiredActions(List.of("CONFIGURE_TWO_FACTOR")));
        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        tab.element("#factor-totp").sendKeys(Keys.ARROW_DOWN);
        tab.leaving(() -> tab.element("#factor-email-otp").sendKeys(Keys.ENTER));
        assertThat(tab.script("return document.activeElement.id")).isEqualTo("email");
        tab.leaving(() -> tab.element("#email").sendKeys(Keys.ENTER));
        assertThat(tab.script("return document.activeElement.id")).isEqualTo("code");
        String code = EmailEnrolled.code(inbox, user.email());
        tab.leaving(() -> tab.element("#code").sendKeys(code + Keys.ENTER));
        RecoveryCodesPage.in(tab).codes();
        tab.element("#saved").sendKeys(Keys.SPACE);
        tab.leaving(() -> tab.element("#saved").sendKeys(Keys.ENTER));
        AppPage.in(tab);
    }

    /** A theme without keycloak.v2's parts: the pages are plain, and do all the same. */
    @Test
    void inAnOlderThemeThePagesArePlain(NewRealm another) {
        TestRealm old = another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(change -> change.setLoginTheme("keycloak"))
                .create();
        TestUser user = old.newUser();
        Tab tab = LoginPage.open(chromium.person().tab(), old, Map.of("kc_action", "CONFIGURE_TWO_FACTOR"))
                .logIn(user);
        EnrolTotpPage page = ConfigurePage.in(tab).chooseTotp();
        Device device = page.device();
        assertThat(page.sendInVain(device.wrongCode()).error()).isPresent();
        tab.screenshot("enrol-totp-old-theme");
        RecoveryCodesPage codes = page.sendRight(device.code());
        tab.screenshot("enrol-recovery-codes-old-theme");
        AppPage.in(codes.finish());
    }

    /** The strictest policy that an administrator could put on pages with Keycloak's own scripts away. */
    @Test
    void S55_aPolicyThatForbidsInlineScriptsBreaksNothingOfOurs(NewRealm another) {
        TestRealm strict = another.with(change -> change.setBrowserSecurityHeaders(
                        new HashMap<>(Map.of("contentSecurityPolicy", "script-src 'self'; object-src 'none'"))))
                .create();
        TestUser user = strict.newUser();
        Tab tab = LoginPage.open(chromium.person().tab(), strict, EnrolEmailOtpIT.ACTION)
                .logIn(user);
        EnrolEmailCodePage.in(EnrolEmailPage.in(tab).send());
        assertThat(tab.element("#two-factor-send").isEnabled())
                .as("the script that counts down runs")
                .isFalse();
        RecoveryCodesPage codes = EnrolEmailCodePage.in(tab).sendRight(EmailEnrolled.code(inbox, user.email()));
        assertThat(tab.element("#two-factor-copy").isDisplayed()).isTrue();
        AppPage.in(codes.finish());
    }
}
