package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
import org.twofactor.keycloak.it.story.Enrolled;

/** Recovery codes made on a page: {@code kc_action=two-factor-recovery-codes}. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecoveryCodesIT {
    static final Map<String, String> ACTION = Map.of("kc_action", "two-factor-recovery-codes");

    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;

    RecoveryCodesIT(Chromium chromium, NewRealm newRealm, Inbox inbox) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                .create();
    }

    @Test
    void S45_S51_newCodesAreShownOnceAndKillTheOldInOneStep() {
        Enrolled user = Enrolled.withTotp(realm);
        MakeCodesPage make = open(chromium.person().tab(), user);
        assertThat(make.replaces()).isTrue();
        assertThat(Factors.recoveryCode(realm, user.user(), user.recoveryCode()))
                .as("an old code before new ones are made")
                .isEqualTo(200);
        RecoveryCodesPage page = make.make();
        List<String> codes = page.codes();
        assertThat(Factors.recoveryCode(realm, user.user(), user.recoveryCode()))
                .as("an old code afterwards")
                .isEqualTo(401);

        Tab tab = page.tab().refresh();
        assertThat(RecoveryCodesPage.isIn(tab)).isFalse();
        codes.forEach(code -> assertThat(tab.html()).doesNotContain(code.substring(0, 4) + "</span>"));
        tab.back();
        codes.forEach(code -> assertThat(tab.html()).doesNotContain(code.substring(0, 4) + "</span>"));
        // They were saved before the reload, and are as good as they were.
        AppPage.in(MakeCodesPage.in(tab).finish());
        assertThat(Factors.recoveryCode(realm, user.user(), codes.get(0))).isEqualTo(200);
        assertThat(inbox.await(user.user().email(), 3))
                .extracting(mail -> mail.subject().replaceAll("^[^:]*: ", ""))
                .contains("new recovery codes");
        assertThat(realm.events("UPDATE_CREDENTIAL"))
                .filteredOn(event -> user.user().id().equals(event.getUserId()))
                .extracting(event -> event.getDetails().get("two_factor_operation"))
                .endsWith("recovery-code-reset");
    }

    @Test
    void S45_whoLosesThePageMakesCodesAnewAndTheLostOnesAreDead() {
        Enrolled user = Enrolled.withTotp(realm);
        RecoveryCodesPage page = open(chromium.person().tab(), user).make();
        List<String> lost = page.codes();
        RecoveryCodesPage again = MakeCodesPage.in(page.tab().refresh()).make();
        List<String> codes = again.codes();
        assertThat(codes).doesNotContainAnyElementsOf(lost);
        AppPage.in(again.finish());
        assertThat(Factors.recoveryCode(realm, user.user(), lost.get(0))).isEqualTo(401);
        assertThat(Factors.recoveryCode(realm, user.user(), codes.get(0))).isEqualTo(200);
    }

    @Test
    void S45_codesThatAnotherTabHasReplacedCannotBeSaved() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        RecoveryCodesPage first = open(person.tab(), user).make();
        RecoveryCodesPage second = open(person.tab(), user).make();
        List<String> codes = second.codes();
        MakeCodesPage refused = MakeCodesPage.in(first.finish());
        assertThat(refused.error()).contains("This page has expired. Start again.");
        AppPage.in(second.finish());
        assertThat(Factors.recoveryCode(realm, user.user(), codes.get(0))).isEqualTo(200);
    }

    @Test
    void nobodyIsDoneWithoutSayingThatTheCodesAreSaved() {
        Enrolled user = Enrolled.withTotp(realm);
        RecoveryCodesPage page = open(chromium.person().tab(), user).make();
        Tab tab = page.tab();
        tab.element("#two-factor-finish").click();
        assertThat(RecoveryCodesPage.isIn(tab))
                .as("the browser itself says what is missing")
                .isTrue();
        assertThat(tab.script("return document.activeElement.id")).isEqualTo("saved");
        // A browser that does not.
        tab.script("document.getElementById('saved').required = false");
        MakeCodesPage refused = MakeCodesPage.in(tab.follow("#two-factor-finish"));
        assertThat(refused.error()).contains("Save the codes first, then tick the box.");
        refused.tab().assertAccessible();
        AppPage.in(refused.finish());
    }

    @Test
    void theCodesCanBeCopiedPrintedAndDownloaded() {
        Enrolled user = Enrolled.withTotp(realm);
        RecoveryCodesPage page = open(chromium.person().tab(), user).make();
        Tab tab = page.tab();
        List<String> codes = page.codes();
        assertThat(file(tab)).startsWith("Recovery codes of " + user.user().username() + " for " + realm.name());
        assertThat(file(tab).lines()).containsSubsequence(codes);
        assertThat(tab.element("#two-factor-download").getDomAttribute("download"))
                .isEqualTo("recovery-codes.txt");

        // 127.0.0.1 is as good as https, and has a clipboard, which nobody may read here; so does this page.
        tab.script("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }");
        tab.element("#two-factor-copy").click();
        tab.await(
                "the word that it is copied",
                () -> tab.read("#two-factor-copied").filter("Copied"::equals).isPresent());
        assertThat(String.valueOf(tab.script("return window.copied")).lines()).containsSubsequence(codes);

        tab.script("window.print = () => { window.printed = true; }");
        tab.element("#two-factor-print").click();
        assertThat(tab.script("return window.printed")).isEqualTo(true);
    }

    @Test
    void S59_withoutScriptsTheCodesCanBeReadAndDownloaded() {
        Enrolled user = Enrolled.withTotp(realm);
        RecoveryCodesPage page =
                open(chromium.person(Look.USUAL.withoutScripts()).tab(), user).make();
        Tab tab = page.tab();
        assertThat(file(tab).lines()).containsSubsequence(page.codes());
        assertThat(tab.element("#two-factor-copy").isDisplayed()).isFalse();
        assertThat(tab.element("#two-factor-print").isDisplayed()).isFalse();
        AppPage.in(page.finish());
    }

    @Test
    void S45_whoHasNoFactorChoosesOneAndGetsTheCodesWithIt() {
        TestUser user = realm.newUser();
        Tab tab = LoginPage.open(chromium.person().tab(), realm, ACTION).logIn(user);
        EnrolTotpPage page = ConfigurePage.in(tab).chooseTotp();
        RecoveryCodesPage codes = page.sendRight(page.device().code());
        assertThat(codes.codes()).hasSize(10);
        AppPage.in(codes.finish());
        assertThat(Factors.of(realm, user)).containsExactly("otp", "recovery-code");
    }

    private static String file(Tab tab) {
        String link = tab.element("#two-factor-download").getDomAttribute("href");
        assertThat(link).startsWith("data:text/plain;charset=utf-8,");
        return URLDecoder.decode(link.substring(link.indexOf(',') + 1), StandardCharsets.UTF_8);
    }

    /** With 2FA on, the page stands behind a second factor. */
    private MakeCodesPage open(Tab tab, Enrolled user) {
        ConfirmPage confirm = ConfirmPage.in(LoginPage.open(tab, realm, ACTION).logIn(user.user()));
        return MakeCodesPage.in(confirm.send(user.device().code()));
    }
}
