package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** The page that asks for a code of an authenticator app, as people use it and misuse it. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TotpFormIT {
    private static final BrowserFlow FLOW = BrowserFlow.anyOf("two-factor-totp-form", "two-factor-recovery-code-form");

    private final Chromium chromium;
    private final TestRealm realm;

    TotpFormIT(Chromium chromium, NewRealm newRealm) {
        this.chromium = chromium;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("lockAfter", "10", "longestWait", "60"))
                .browserFlow(FLOW)
                .create();
    }

    @Test
    void S59_theFieldIsOneWithAllThatPhonesAndScreenReadersNeed() {
        CodePage page = pageOf(Enrolled.withTotp(realm));
        Tab tab = page.tab();
        assertThat(page.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        assertThat(tab.script("return document.querySelectorAll('#two-factor-code-form input').length"))
                .isEqualTo(1L);
        assertThat(tab.script("return document.activeElement.id")).isEqualTo("code");
        assertThat(tab.element("#code").getDomAttribute("autocomplete")).isEqualTo("one-time-code");
        assertThat(tab.element("#code").getDomAttribute("inputmode")).isEqualTo("numeric");
        assertThat(tab.element("#code").getAccessibleName()).isEqualTo("Code");
        assertThat(tab.read("#two-factor-hint"))
                .hasValueSatisfying(hint -> assertThat(hint).contains("authenticator app"));
    }

    @Test
    void S59_aRightCodeOpensWithSpacesInIt() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.device().code();
        AppPage.in(pageOf(user).send(" " + code.substring(0, 3) + " " + code.substring(3) + " "));
    }

    @Test
    void S59_aWrongCodeIsSaidSoInTheDescriptionOfTheFieldThatHasTheFocus() {
        Enrolled user = Enrolled.withTotp(realm);
        CodePage page = pageOf(user).sendInVain(user.device().wrongCode());
        assertThat(page.error()).hasValue(CodePage.WRONG);
        Tab tab = page.tab();
        assertThat(tab.script("return document.activeElement.id")).isEqualTo("code");
        assertThat(tab.element("#code").getDomAttribute("aria-invalid")).isEqualTo("true");
        assertThat(tab.element("#code").getDomAttribute("aria-describedby")).contains("input-error-code");
        assertThat(tab.element("#code").getDomProperty("value")).isEmpty();
        AppPage.in(page.send(user.device().code()));
    }

    @Test
    void aMissingCodeIsSaidSoAndIsNoGuess() {
        Enrolled user = Enrolled.withTotp(realm);
        CodePage page = pageOf(user);
        for (String nothing : new String[] {"", "   ", "-", "", "", ""}) {
            assertThat(page.sendInVain(nothing).error()).hasValue("Enter the code.");
        }
        AppPage.in(page.send(user.device().code()));
    }

    @Test
    void S18_afterFiveWrongCodesThePageTellsTheWaitAndSoDoesEveryNewOne(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        CodePage page = pageOf(user);
        for (int guess = 0; guess < 5; guess++) {
            assertThat(page.sendInVain(user.device().wrongCode()).error()).hasValue(CodePage.WRONG);
        }
        assertThat(page.sendInVain(user.device().code()).error()).hasValueSatisfying(TotpFormIT::tellsHalfAMinute);
        page.tab().screenshot("totp-too-many");
        CodePage another = pageOf(user);
        assertThat(another.error()).hasValueSatisfying(TotpFormIT::tellsHalfAMinute);

        clock.advance(Duration.ofSeconds(31));
        AppPage.in(another.send(user.device().code()));
    }

    @Test
    void S19_aLockedMethodIsSaidSoAndAnotherWayOpens(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        for (int guess = 0; guess < 10; guess++) {
            assertThat(user.totp(user.partialToken(), user.device().wrongCode()).message())
                    .isEqualTo("TOTP_INVALID");
            clock.advance(guess < 4 ? Duration.ZERO : Duration.ofSeconds(61));
        }
        CodePage page = pageOf(user);
        assertThat(page.error()).hasValueSatisfying(error -> assertThat(error).contains("this method is locked"));
        assertThat(page.sendInVain(user.device().code()).error())
                .hasValueSatisfying(error -> assertThat(error).contains("this method is locked"));
        page.tab().screenshot("totp-locked").assertAccessible();
        CodePage recovery = CodePage.in(page.tryAnotherWay().choose(ChoicePage.RECOVERY_CODES));
        AppPage.in(recovery.send(user.recoveryCode()));
    }

    @Test
    void S17_backRefreshAndAnotherTabBringNoFreshGuesses() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        Tab tab = person.tab();
        CodePage page = CodePage.after(tab, realm, user.user());
        page.sendInVain(user.device().wrongCode());
        page.sendInVain(user.device().wrongCode());
        assertThat(CodePage.in(tab.refresh()).error()).isEmpty();
        page.sendInVain(user.device().wrongCode());
        tab.back();
        assertThat(AppPage.isIn(tab)).isFalse();

        CodePage second = CodePage.after(person.tab(), realm, user.user());
        second.sendInVain(user.device().wrongCode());
        second.sendInVain(user.device().wrongCode());
        assertThat(second.sendInVain(user.device().code()).error()).hasValueSatisfying(TotpFormIT::tellsHalfAMinute);
    }

    @Test
    void neitherBackNorForwardNorRefreshSkipsTheCode() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = pageOf(user).tab();
        tab.refresh();
        assertThat(CodePage.isIn(tab)).isTrue();
        tab.back();
        assertThat(AppPage.isIn(tab)).isFalse();
        tab.go(LoginPage.address(realm, Map.of()));
        assertThat(AppPage.isIn(tab)).isFalse();
    }

    @Test
    void aSecondTabNeedsTheCodeTooUntilTheFirstIsThrough() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        CodePage first = CodePage.after(person.tab(), realm, user.user());
        Tab second = person.tab();
        LoginPage.open(second, realm);
        assertThat(AppPage.isIn(second)).isFalse();
        CodePage.in(LoginPage.open(second, realm).logIn(user.user()));

        AppPage.in(first.send(user.device().code()));
        assertThat(AppPage.isIn(second.go(LoginPage.address(realm, Map.of())))).isTrue();
    }

    @Test
    void anExpiredLogInBeginsAnewAndARightCodeDoesNotOpenIt(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        CodePage page = pageOf(user);
        clock.advance(Duration.ofHours(1));
        Tab tab = page.send(user.device().app().codeAt(clock.now()));
        assertThat(AppPage.isIn(tab)).isFalse();
        assertThat(tab.has("#password")).isTrue();
        assertThat(tab.text()).contains("timed out");
    }

    @Test
    void S59_withoutScriptsAllOfItWorksAndEveryOtherWayIsAButton() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = chromium.person(Look.USUAL.withoutScripts()).tab();
        CodePage page = CodePage.after(tab, realm, user.user());
        page.sendInVain(user.device().wrongCode());
        assertThat(tab.read("#try-another-way")).isEmpty();
        tab.screenshot("totp-without-scripts").assertAccessible();
        assertThat(tab.readAll("button[name=authenticationExecution]")).containsExactly(ChoicePage.RECOVERY_CODES);
        CodePage recovery = CodePage.in(tab.follow("button[name=authenticationExecution]"));
        assertThat(recovery.heading()).isEqualTo(CodePage.RECOVERY_CODE);
        assertThat(tab.readAll("button[name=authenticationExecution]")).containsExactly(ChoicePage.AUTHENTICATOR_APP);
        CodePage app = CodePage.in(tab.follow("button[name=authenticationExecution]"));
        AppPage.in(app.send(user.device().code()));
    }

    @Test
    void aRealmWithoutAnyConfigurationOfOursHasAllOfIt(NewRealm newRealm) {
        TestRealm bare = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(FLOW)
                .create();
        bare.admin().flows().removeRequiredAction("CONFIGURE_TWO_FACTOR");
        TestUser user = bare.newUser();
        Device device = NativeOtp.add(bare, user);
        CodePage page = CodePage.after(chromium.person().tab(), bare, user);
        page.sendInVain(device.wrongCode());
        AppPage.in(page.send(device.code()));
    }

    private CodePage pageOf(Enrolled user) {
        return CodePage.after(chromium.person().tab(), realm, user.user());
    }

    private static void tellsHalfAMinute(String error) {
        assertThat(error).matches("Too many wrong codes. Try again in (30|[12]?\\d) s\\.");
    }
}
