package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** The page that asks for a recovery code, and the one that says that few are left. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecoveryCodeFormIT {
    private static final String LEFT = "#two-factor-recovery-codes-remaining";

    private final Chromium chromium;
    private final TestRealm realm;

    RecoveryCodeFormIT(Chromium chromium, NewRealm newRealm) {
        this.chromium = chromium;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.anyOf("two-factor-totp-form", "two-factor-recovery-code-form"))
                .create();
    }

    @Test
    void S59_aCodeOpensTypedAsPeopleWriteItDownAndOnlyOnce() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.recoveryCode();
        String written = String.join(
                        " - ", code.substring(0, 4), code.substring(4, 8), code.substring(8, 12), code.substring(12))
                .toLowerCase(Locale.ROOT);
        CodePage page = pageOf(user);
        assertThat(page.heading()).isEqualTo(CodePage.RECOVERY_CODE);
        assertThat(page.tab().element("#code").getDomAttribute("inputmode")).isNull();
        AppPage.in(page.send(written));

        CodePage again = pageOf(user);
        assertThat(again.sendInVain(code).error()).hasValue(CodePage.WRONG);
        AppPage.in(again.send(user.recoveryCode()));
    }

    @Test
    void S46_whenFewAreLeftThePageSaysHowManyBeforeTheLogInGoesOn() {
        Enrolled user = enrolledWithLeft(4);
        Tab tab = pageOf(user).send(user.recoveryCode());
        assertThat(tab.read(LEFT)).hasValueSatisfying(text -> assertThat(text).contains("3 recovery codes left"));
        assertThat(tab.has("#try-another-way")).isFalse();
        AppPage.in(tab.follow("#kc-login"));
    }

    @Test
    void S46_aRefreshOfThatPageCostsNoSecondCode() {
        Enrolled user = enrolledWithLeft(4);
        Tab tab = pageOf(user).send(user.recoveryCode());
        // Keycloak begins anew with the first way, as always; the way that was taken knows that it was.
        CodePage.in(tab.refresh()).tryAnotherWay().choose(ChoicePage.RECOVERY_CODES);
        assertThat(tab.read(LEFT)).hasValueSatisfying(text -> assertThat(text).contains("3 recovery codes left"));
        AppPage.in(tab.follow("#kc-login"));
    }

    @Test
    void S46_theLastCodeOpensAndThenRecoveryCodesAreNotOfferedAnyMore() {
        Enrolled user = enrolledWithLeft(1);
        Tab tab = pageOf(user).send(user.recoveryCode());
        assertThat(tab.read(LEFT)).hasValueSatisfying(text -> assertThat(text).contains("no recovery codes left"));
        AppPage.in(tab.follow("#kc-login"));

        CodePage page = CodePage.after(chromium.person().tab(), realm, user.user());
        assertThat(page.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        assertThat(page.offersAnotherWay()).isFalse();
    }

    @Test
    void S25_whoIsDisabledWhileThePageSaysThatFewAreLeftDoesNotGetIn() {
        Enrolled user = enrolledWithLeft(4);
        Tab tab = pageOf(user).send(user.recoveryCode());
        realm.update(user.user(), it -> it.setEnabled(false));
        tab.follow("#kc-login");
        assertThat(AppPage.isIn(tab)).isFalse();
        assertThat(tab.text()).contains("disabled");
    }

    @Test
    void anotherTabAndARestartHaveNothingOfAnAcceptedCode() {
        Enrolled user = enrolledWithLeft(4);
        Person person = chromium.person();
        Tab tab = recoveryPage(person.tab(), user).send(user.recoveryCode());
        assertThat(tab.read(LEFT)).isPresent();

        CodePage other = recoveryPage(person.tab(), user);
        assertThat(other.heading()).isEqualTo(CodePage.RECOVERY_CODE);
        assertThat(AppPage.isIn(other.sendInVain("AAAA").tab())).isFalse();

        tab.follow("#reset-login");
        assertThat(tab.has("#password")).isTrue();
        assertThat(recoveryPage(tab, user).heading()).isEqualTo(CodePage.RECOVERY_CODE);
    }

    @Test
    void aCodeThatOneStepOfAFlowHasAcceptedIsNoneForAnother(NewRealm newRealm) {
        TestRealm twice = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen(
                        BrowserFlow.form("two-factor-recovery-code-form", "REQUIRED"),
                        BrowserFlow.form("two-factor-recovery-code-form", "REQUIRED")))
                .create();
        Enrolled user = enrolledWithLeft(twice, 4);
        HttpBrowser browser = HttpBrowser.withPassword(twice, user.user()).code(user.recoveryCode());
        assertThat(browser.body()).contains("3 recovery codes left");
        browser.post(Map.of("login", ""));
        assertThat(browser.asksFor("code")).as("the second step").isTrue();
        assertThat(browser.post(Map.of("login", "")).error()).hasValue("Enter the code.");
    }

    @Test
    void S09_oneCodeAtBothDoorsAtTheSameMomentIsOneSuccess() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.recoveryCode();
        List<HttpBrowser> browsers =
                Stream.generate(() -> atRecoveryCode(user)).limit(4).toList();
        List<Boolean> opened = Parallel.run(
                8,
                number -> () -> number < 4
                        ? browsers.get(number).code(code).loggedIn()
                        : user.recoveryCode(user.accessToken(), code).status() == 200);
        assertThat(opened.stream().filter(open -> open)).hasSize(1);
    }

    private HttpBrowser atRecoveryCode(Enrolled user) {
        return HttpBrowser.withPassword(realm, user.user()).tryOtherWay();
    }

    private CodePage pageOf(Enrolled user) {
        return recoveryPage(chromium.person().tab(), user);
    }

    private CodePage recoveryPage(Tab tab, Enrolled user) {
        return CodePage.in(
                CodePage.after(tab, realm, user.user()).tryAnotherWay().choose(ChoicePage.RECOVERY_CODES));
    }

    private Enrolled enrolledWithLeft(int left) {
        return enrolledWithLeft(realm, left);
    }

    private static Enrolled enrolledWithLeft(TestRealm realm, int left) {
        Enrolled user = Enrolled.withTotp(realm);
        for (int used = 0; used < 10 - left; used++) {
            assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode())
                            .status())
                    .isEqualTo(200);
        }
        return user;
    }
}
