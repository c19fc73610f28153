package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.WebElement;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.browser.Look.Screen;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Every page of a log-in, as different people have it: looked at by axe-core, and kept as a picture. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LookIT {
    private final Chromium chromium;
    private final Inbox inbox;
    private final TestRealm realm;

    LookIT(Chromium chromium, Inbox inbox, NewRealm newRealm) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setSupportedLocales(new HashSet<>(Set.of("en", "fr", "ar"))))
                .browserFlow(BrowserFlow.anyOf(
                        "two-factor-totp-form", "two-factor-email-otp-form", "two-factor-recovery-code-form"))
                .create();
    }

    static Stream<Arguments> looks() {
        return Stream.of(
                Arguments.of("light", Look.USUAL),
                Arguments.of("dark", Look.USUAL.darkened()),
                Arguments.of(
                        "phone-fr-dark", Look.USUAL.on(Screen.PHONE).in("fr").darkened()),
                Arguments.of("ar", Look.USUAL.in("ar")),
                Arguments.of("phone-ar", Look.USUAL.on(Screen.PHONE).in("ar")),
                Arguments.of("zoomed", Look.USUAL.on(Screen.ZOOMED_TO_400_PERCENT)),
                Arguments.of("without-scripts", Look.USUAL.withoutScripts()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("looks")
    void S59_axeFindsNothingOnAnyPageOfALogIn(String name, Look look) {
        Enrolled user = enrolledWithFewCodes();
        addEmail(user);
        Tab tab = chromium.person(look).tab();
        CodePage page = CodePage.after(tab, realm, user.user());
        assertGood(tab, look, "totp-" + name);
        page.sendInVain(user.device().wrongCode());
        assertGood(tab, look, "totp-wrong-" + name);

        CodePage email = takeOtherWay(page, look, 1);
        assertGood(tab, look, "email-otp-" + name);
        email.sendInVain(
                EmailEnrolled.otherThan(EmailEnrolled.code(inbox, user.user().email())));
        assertGood(tab, look, "email-otp-wrong-" + name);

        CodePage recovery = takeOtherWay(email, look, 2);
        assertGood(tab, look, "recovery-code-" + name);
        recovery.send(user.recoveryCode());
        assertThat(tab.has("#two-factor-recovery-codes-left")).as(tab.text()).isTrue();
        assertGood(tab, look, "recovery-codes-left-" + name);
        AppPage.in(tab.follow("#kc-login"));
    }

    @Test
    void S59_aThemeWithoutKeycloaksNewPartsGetsPlainOnes() {
        realm.updateClient("app", client -> client.getAttributes().put("login_theme", "keycloak"));
        try {
            Enrolled user = enrolledWithFewCodes();
            Tab tab = chromium.person().tab();
            CodePage page = CodePage.after(tab, realm, user.user());
            tab.screenshot("plain-totp");
            page.sendInVain(user.device().wrongCode());
            tab.screenshot("plain-totp-wrong");
            assertThat(tab.element("#code").getAccessibleName()).isEqualTo("Code");
            assertThat(tab.element("#code").getDomAttribute("aria-describedby")).contains("input-error-code");
            CodePage recovery = CodePage.in(page.tryAnotherWay().choose(ChoicePage.RECOVERY_CODES));
            tab.screenshot("plain-recovery-code");
            recovery.send(user.recoveryCode());
            tab.screenshot("plain-recovery-codes-left");
            AppPage.in(tab.follow("#kc-login"));
        } finally {
            realm.updateClient("app", client -> client.getAttributes().put("login_theme", ""));
        }
    }

    /** @param number among the ways other than the one of the page */
    private CodePage takeOtherWay(CodePage page, Look look, int number) {
        Tab tab = page.tab();
        if (!look.scripts()) {
            List<WebElement> ways = tab.elements("button[name=authenticationExecution]");
            return CodePage.in(tab.leaving(ways.get(number - 1)::click));
        }
        ChoicePage choice = page.tryAnotherWay();
        assertThat(List.of("??", "two-factor-")).noneMatch(tab.text()::contains);
        tab.screenshot("another-way-" + look.language() + "-" + look.screen());
        return CodePage.in(choice.choose(number + 1));
    }

    private void addEmail(Enrolled user) {
        String address = user.user().email();
        EmailEnrolled.assertNothingToSay(EmailEnrolled.setUp(realm, user.sudoToken(), address));
        assertThat(EmailEnrolled.enable(realm, user.accessToken(), EmailEnrolled.code(inbox, address))
                        .status())
                .isEqualTo(200);
    }

    /** Of the ten recovery codes, the next one is the seventh. */
    private Enrolled enrolledWithFewCodes() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int code = 0; code < 6; code++) {
            assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode())
                            .status())
                    .isEqualTo(200);
        }
        return user;
    }

    private static void assertGood(Tab tab, Look look, String name) {
        tab.screenshot(name).assertAccessible();
        assertThat(tab.script("return document.documentElement.lang")).isEqualTo(look.language());
        assertThat(tab.script("return document.documentElement.dir"))
                .isEqualTo(look.language().equals("ar") ? "rtl" : "ltr");
        assertThat(tab.script("return document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing to scroll to the side for")
                .isEqualTo(true);
        assertThat(
                        tab.has("#code")
                                ? tab.script("return getComputedStyle(document.getElementById('code')).direction")
                                : "ltr")
                .isEqualTo("ltr");
        assertThat(List.of("??", "two-factor-")).noneMatch(tab.text()::contains);
    }
}
