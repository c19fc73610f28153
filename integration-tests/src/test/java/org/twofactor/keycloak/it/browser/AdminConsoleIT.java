package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.representations.idm.RealmRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.browser.Look.Screen;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** What {@code docs/install.md} and {@code docs/flows.md} have an administrator click, clicked; and their pictures. */
@KeycloakTest
class AdminConsoleIT {
    private static final String BROWSER = "two-factor browser";
    private static final String FORMS = BROWSER + " forms";
    private static final String SECOND = BROWSER + " second factor";
    private static final String DIRECT = "two-factor direct grant";
    private static final List<String> ACTIONS =
            List.of("CONFIGURE_TWO_FACTOR", "two-factor-enrol-email-otp", "two-factor-recovery-codes");

    private final TestRealm realm;
    private final Tab tab;
    private final AdminConsole console;

    AdminConsoleIT(Chromium chromium, KeycloakServer server, NewRealm newRealm) {
        realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(AdminConsoleIT::withoutUs)
                .create();
        ACTIONS.forEach(realm.admin().flows()::removeRequiredAction);
        tab = chromium.person(Look.USUAL.on(Screen.PICTURE)).tab();
        console = AdminConsole.of(realm, server, tab);
    }

    private static void withoutUs(RealmRepresentation realm) {
        realm.setRealm("example");
        realm.setAuthenticationFlows(null);
        realm.setDirectGrantFlow(null);
    }

    @Test
    void S39_whoeverClicksWhatTheDocsSayHasARealmThatAsksForTheSecondFactor() {
        switchTheRequiredActionsOn();
        setTheLoginClient();
        makeTheDirectGrant();
        makeTheBrowserFlow();
        RealmRepresentation done = realm.admin().toRepresentation();
        assertThat(List.of(done.getBrowserFlow(), done.getDirectGrantFlow())).containsExactly(BROWSER, DIRECT);

        Enrolled user = Enrolled.withTotp(realm, realm.newUser(it -> it.setUsername("alice")));
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        assertThat(browser.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        assertThat(browser.otherWays()).hasSize(1);
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
        assertThat(HttpBrowser.withPassword(realm, realm.newUser()).loggedIn()).isTrue();

        console.open("/users/" + user.user().id() + "/credentials", "Recovery-code");
        tab.picture("admin-credentials");
    }

    private void switchTheRequiredActionsOn() {
        console.open("/authentication/required-actions", "Set up two-factor authentication");
        for (String action :
                List.of("Set-up-two-factor-authentication", "Set-up-email-codes", "Make-new-recovery-codes")) {
            console.click("label[for='enable-" + action + "']");
            tab.await(action, () -> tab.element("#enable-" + action).isSelected());
            console.closeAlerts();
        }
        tab.script("document.getElementById('Make new recovery codes').scrollIntoView({block: 'end'})");
        tab.picture("admin-required-actions");
        assertThat(realm.admin().flows().getRequiredActions())
                .filteredOn(action -> ACTIONS.contains(action.getAlias()) && action.isEnabled())
                .hasSameSizeAs(ACTIONS);
    }

    private void setTheLoginClient() {
        console.click("tr[id='Set up two-factor authentication'] td:last-child button")
                .awaitDialog("Configuration for")
                .type("[data-testid=loginClient]", "app");
        tab.picture("admin-settings");
        console.click("[role=dialog] [data-testid=save]").awaitNoDialog();
        assertThat(realm.settings()).containsAllEntriesOf(Map.of("loginClient", "app", "methods", "totp,email-otp"));
    }

    private void makeTheDirectGrant() {
        console.flow("direct grant")
                .duplicate(DIRECT)
                .delete(DIRECT + " Direct Grant - Conditional OTP")
                .addStep("Two-factor (direct grant)")
                .require("Two-factor (direct grant)", "Required");
        tab.picture("admin-direct-grant");
        FlowPage.in(console, DIRECT).chooseBinding("Direct grant flow").bind();
    }

    private void makeTheBrowserFlow() {
        FlowPage page = console.flow("browser")
                .duplicate(BROWSER)
                .delete(BROWSER + " Browser - Conditional 2FA")
                .addSubflow(FORMS, SECOND)
                .addStep(SECOND, "condition", "Condition - user configured")
                .addStep(SECOND, "condition", "Condition - device not trusted")
                .chooseStep(SECOND, "execution", "Two-factor: authenticator app");
        tab.picture("admin-add-step");
        page.add("Two-factor: authenticator app")
                .addStep(SECOND, "execution", "Two-factor: email code")
                .addStep(SECOND, "execution", "Two-factor: recovery code")
                .require(SECOND, "Conditional")
                .require("Condition - user configured", "Required")
                .require("Condition - device not trusted", "Required")
                .require("Two-factor: authenticator app", "Alternative")
                .require("Two-factor: email code", "Alternative")
                .require("Two-factor: recovery code", "Alternative");
        tab.on(Screen.TALL_PICTURE).pictureOf("main table", "admin-flow").on(Screen.PICTURE);
        page.chooseBinding("Browser flow");
        tab.picture("admin-bind");
        page.bind();
    }
}
