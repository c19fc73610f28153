package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Required action CONFIGURE_TWO_FACTOR, demanded of a user: there is no way past it, and one way through. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigureTwoFactorIT {
    private static final String ACTION = "CONFIGURE_TWO_FACTOR";

    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;
    private final ServerClock clock;

    ConfigureTwoFactorIT(Chromium chromium, NewRealm newRealm, Inbox inbox, ServerClock clock) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.clock = clock;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @Test
    void aUserChoosesEmailChangesTheirMindAndEndsWithAnApp() {
        TestUser user = whoMustEnrol();
        ConfigurePage choice = open(chromium.person().tab(), user);
        assertThat(choice.factors()).containsExactly("Authenticator app", "Email code");
        assertThat(choice.isDemanded()).isTrue();
        EnrolEmailCodePage email = EnrolEmailCodePage.in(choice.chooseEmail().send());
        choice = ConfigurePage.in(email.tab().follow("#two-factor-choose"));
        EnrolTotpPage totp = choice.chooseTotp();
        assertThat(totp.tab().has("#two-factor-cancel")).isFalse();
        totp.tab().refresh();
        RecoveryCodesPage codes =
                EnrolTotpPage.in(totp.tab()).sendRight(totp.device().code());
        AppPage.in(codes.finish());
        assertThat(Factors.of(realm, user)).containsExactly("otp", "recovery-code");
        assertThat(realm.user(user).toRepresentation().getRequiredActions()).isEmpty();
    }

    @Test
    void whereOneFactorIsAllowedThereIsNoChoice(NewRealm another) {
        TestRealm strict = another.settings(Map.of("methods", "email-otp")).create();
        TestUser user = strict.newUser(change -> change.setRequiredActions(List.of(ACTION)));
        Tab tab = LoginPage.open(chromium.person().tab(), strict).logIn(user);
        EnrolEmailPage page = EnrolEmailPage.in(tab);
        assertThat(tab.has("#two-factor-choose")).isFalse();
        EnrolEmailCodePage.in(page.send())
                .sendRight(EmailEnrolled.code(inbox, user.email()))
                .finish();
        AppPage.in(tab);
    }

    /** Peers' flaw and CVE-2026-94218: the restart of a log-in dropped what it demanded. */
    @Test
    void S49_restartBackSecondTabAndAnExpiredPageLeadBackToIt() {
        TestUser user = whoMustEnrol();
        Person person = chromium.person();
        Tab tab = open(person.tab(), user).tab();
        String page = tab.url().toString();

        tab.go(page.replaceAll("/login-actions/required-action\\?", "/login-actions/restart?"));
        assertThat(AppPage.isIn(tab)).isFalse();
        ConfigurePage.in(logInAgain(tab, user)).chooseTotp();

        tab.back();
        assertThat(AppPage.isIn(tab)).isFalse();
        tab.go(LoginPage.address(realm, Map.of()));
        assertThat(AppPage.isIn(tab)).as("the app asks again").isFalse();

        Tab second = open(person.tab(), user).tab();
        second.go(second.url().toString().replaceAll("execution=[^&]*", "execution=UPDATE_PASSWORD"));
        assertThat(AppPage.isIn(second)).as("another action by hand").isFalse();

        Tab third = open(person.tab(), user).tab();
        clock.advance(Duration.ofMinutes(6));
        third.follow("#two-factor-continue");
        assertThat(AppPage.isIn(third)).as("the page had expired").isFalse();
        assertThat(logInAgain(third, user).has("#two-factor-configure")).isTrue();

        assertThat(realm.directGrant(user).status())
                .as("and no other door opens")
                .isEqualTo(400);
        assertThat(Factors.of(realm, user)).isEmpty();
    }

    @Test
    void S49_cancellingIsForThoseWhoCameByThemselves() {
        TestUser user = whoMustEnrol();
        Tab tab = LoginPage.open(chromium.person().tab(), realm, Map.of("kc_action", ACTION))
                .logIn(user);
        ConfigurePage.in(tab);
        assertThat(tab.has("#two-factor-cancel")).isFalse();
        tab.script("const cancel = document.createElement('input'); cancel.name = 'cancel-aia'; cancel.value = 'true';"
                + "document.getElementById('two-factor-configure').append(cancel)");
        tab.follow("#two-factor-continue");
        assertThat(AppPage.isIn(tab)).isFalse();
        EnrolTotpPage.in(tab);
    }

    @Test
    void S45_whoWalksOffWithoutSavingTheCodesGetsNewOnesNextTime() {
        TestUser user = whoMustEnrol();
        EnrolTotpPage page = open(chromium.person().tab(), user).chooseTotp();
        Device device = page.device();
        List<String> lost = page.sendRight(device.code()).codes();

        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        // Keycloak's own form, in Keycloak's own flow.
        tab.type("#otp", device.code()).follow("#kc-login");
        RecoveryCodesPage codes = MakeCodesPage.in(tab).make();
        assertThat(codes.codes()).doesNotContainAnyElementsOf(lost);
        AppPage.in(codes.finish());
    }

    /** Made up by hand, the last form of an action ends none that has not come to it. */
    @Test
    void S49_sayingThatOldCodesAreSavedEndsNoOtherAction() {
        TestUser user = whoMustEnrol();
        EnrolTotpPage page = open(chromium.person().tab(), user).chooseTotp();
        Device device = page.device();
        Tab first = page.sendRight(device.code()).tab();
        String set = first.element("#two-factor-saved input[name=set]").getDomProperty("value");
        realm.update(user, change -> change.setRequiredActions(List.of("two-factor-enrol-email-otp")));
        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        tab.type("#otp", device.code()).follow("#kc-login");
        EnrolEmailPage.in(tab);
        tab.script(
                "const form = document.getElementById('two-factor-enrol'); form.elements.page.value ="
                        + " 'two-factor-recovery-codes'; for (const [name, value] of [['set', arguments[0]], ['saved', 'on'],"
                        + " ['finish', 'on']]) { const field = document.createElement('input'); field.name = name;"
                        + " field.value = value; form.append(field); }",
                set);
        tab.follow("#two-factor-send");
        assertThat(AppPage.isIn(tab)).isFalse();
        EnrolEmailPage.in(tab);
    }

    @Test
    void whoHasAFactorAlreadyHasDoneIt() {
        Enrolled user = Enrolled.withTotp(realm);
        realm.update(user.user(), change -> change.setRequiredActions(List.of(ACTION)));
        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user.user());
        AppPage.in(tab.type("#otp", user.device().code()).follow("#kc-login"));
        assertThat(realm.user(user.user()).toRepresentation().getRequiredActions())
                .isEmpty();
    }

    /** One action's notes are not another's. */
    @Test
    void S49_twoFactorsThatAreDemandedAreBothEnrolled() {
        TestUser user = realm.newUser(
                change -> change.setRequiredActions(List.of("CONFIGURE_TOTP", "two-factor-enrol-email-otp")));
        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        EnrolTotpPage totp = EnrolTotpPage.in(tab);
        totp.sendRight(totp.device().code()).finish();
        EnrolEmailPage.in(tab).send();
        AppPage.in(EnrolEmailCodePage.in(tab).send(EmailEnrolled.code(inbox, user.email())));
        assertThat(Factors.of(realm, user)).containsExactly("email-otp", "otp", "recovery-code");
    }

    /** What a flow demands lies in the authentication session, which a restart empties. */
    @Test
    void S49_whatAFlowDemandsIsDemandedAgainAfterARestart(NewRealm another) {
        TestRealm strict = another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen(BrowserFlow.form("two-factor-totp-form", "REQUIRED")))
                .create();
        TestUser user = strict.newUser();
        Tab tab = LoginPage.open(chromium.person().tab(), strict).logIn(user);
        String page = EnrolTotpPage.in(tab).tab().url().toString();
        tab.go(page.replaceAll("/login-actions/required-action\\?", "/login-actions/restart?"));
        EnrolTotpPage again = EnrolTotpPage.in(logInAgain(tab, user));
        Device device = again.device();
        AppPage.in(again.sendRight(device.code()).finish());
        Tab next = LoginPage.open(chromium.person().tab(), strict).logIn(user);
        AppPage.in(CodePage.in(next).send(device.code()));
    }

    private Tab logInAgain(Tab tab, TestUser user) {
        return tab.type("#username", user.username())
                .type("#password", user.password())
                .follow("#kc-login");
    }

    private ConfigurePage open(Tab tab, TestUser user) {
        return ConfigurePage.in(LoginPage.open(tab, realm).logIn(user));
    }

    private TestUser whoMustEnrol() {
        return realm.newUser(user -> user.setRequiredActions(List.of(ACTION)));
    }
}
