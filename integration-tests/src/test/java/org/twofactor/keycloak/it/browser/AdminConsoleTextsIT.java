package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.representations.idm.AuthenticationFlowRepresentation;
import org.keycloak.representations.idm.ConfigPropertyRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** What an administrator reads of us in Keycloak's admin console: names, help, refusals, a user's credentials. */
@KeycloakTest
class AdminConsoleTextsIT {
    private static final String ACTION = "CONFIGURE_TWO_FACTOR";
    private static final String ACTION_NAME = "Set up two-factor authentication";

    /** What the console adds to every dialog of a flow. */
    private static final List<String> CONSOLES_OWN =
            List.of("Alias", "Authenticator Reference", "Authenticator Reference Max Age");

    private final Chromium chromium;
    private final KeycloakServer server;
    private final TestRealm realm;
    private final Inbox inbox;

    AdminConsoleTextsIT(Chromium chromium, KeycloakServer server, NewRealm newRealm, Inbox inbox) {
        this.chromium = chromium;
        this.server = server;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-two-factor-enrolled", "REQUIRED"),
                        form("conditional-two-factor-demanded", "REQUIRED"),
                        form("conditional-two-factor-device", "REQUIRED", Map.of("days", "30")),
                        form("two-factor-totp-form", "ALTERNATIVE"),
                        form("two-factor-email-otp-form", "ALTERNATIVE"),
                        form("two-factor-account-email-form", "ALTERNATIVE"),
                        form("two-factor-recovery-code-form", "ALTERNATIVE"))))
                .create();
    }

    @Test
    void S11_everySettingHasItsNameAndHelpAndABadValueIsRefusedInWords() {
        List<ConfigPropertyRepresentation> settings =
                realm.admin().flows().getRequiredActionConfigDescription(ACTION).getProperties();
        SettingsDialog dialog =
                SettingsDialog.open(console().open("/authentication/required-actions", ACTION_NAME), ACTION_NAME);
        assertThat(dialog.labels())
                .containsExactlyElementsOf(settings.stream()
                        .map(ConfigPropertyRepresentation::getLabel)
                        .toList())
                .allMatch(label -> label.matches("[A-Z][A-Za-z -]+"));
        assertThat(settings)
                .extracting(ConfigPropertyRepresentation::getHelpText)
                .allMatch(help -> help.matches("(?s)[A-Z].{20,}\\."));
        assertThat(dialog.help("config.codeLifespan")).isEqualTo(helpOf(settings, "codeLifespan"));

        Map<String, String> before = realm.settings();
        assertThat(dialog.type("codeLifespan", "601").save())
                .endsWith("Mail code lifespan (codeLifespan): write a whole number from 1 to 600, not '601'");
        assertThat(dialog.isOpen()).isTrue();
        assertThat(dialog.type("codeLifespan", "600")
                        .type("methods", "totp,sms")
                        .save())
                .contains("Methods (methods): write", "totp, email-otp", "sms");
        assertThat(dialog.type("methods", "totp").type("loginClient", "nobody").save())
                .contains("Login client (loginClient): ", "nobody");
        assertThat(realm.settings()).isEqualTo(before);
        assertThat(dialog.type("loginClient", "app").type("codeLifespan", "300").save())
                .isEqualTo("Successfully saved the config");
        assertThat(realm.settings()).containsEntry("codeLifespan", "300").containsEntry("methods", "totp");
    }

    @Test
    void S58_aUsersCredentialsHaveDataToReadAndNoSecrets() {
        Enrolled user = Enrolled.withTotp(realm);
        EmailEnrolled.assertNothingToSay(
                EmailEnrolled.setUp(realm, user.sudoToken(), user.user().email()));
        assertThat(EmailEnrolled.enable(
                                realm,
                                user.accessToken(),
                                EmailEnrolled.code(inbox, user.user().email()))
                        .status())
                .isEqualTo(200);
        Tab tab = chromium.person().tab();
        CodePage page = CodePage.after(tab, realm, user.user());
        tab.element("#trustDevice").click();
        AppPage.in(page.send(user.device().code()));

        CredentialsPage credentials = CredentialsPage.open(console(), user.user());
        assertThat(credentials.lines())
                .hasSize(5)
                .anySatisfy(line -> assertThat(line).startsWith("Otp"))
                .anySatisfy(line -> assertThat(line).startsWith("Email-otp"))
                .anySatisfy(line -> assertThat(line).startsWith("Recovery-code"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("Two-factor-trusted-device").contains("Chrome", "Linux"));
        assertThat(credentials.dataOf("Email-otp"))
                .containsOnly(Map.entry("email", user.user().email()), Map.entry("version", "1"));
        assertThat(credentials.dataOf("Recovery-code"))
                .containsOnly(Map.entry("issued", "10"), Map.entry("remaining", "10"), Map.entry("version", "1"));
        assertThat(credentials.dataOf("Two-factor-trusted-device")).containsOnlyKeys("device", "trustedUntil");
    }

    @Test
    void everyStepOfAFlowHasItsNameAndHelp() {
        AdminConsole console = console().open("/authentication/" + flowId() + "/DEFAULT", "Two-factor: recovery code");
        Map<String, String> conditions = Map.of(
                "conditional-two-factor-enrolled", "Condition - second factor enrolled",
                "conditional-two-factor-demanded", "Condition - second factor demanded",
                "conditional-two-factor-device", "Condition - device not trusted");
        conditions.forEach((id, name) -> {
            List<ConfigPropertyRepresentation> properties =
                    realm.admin().flows().getAuthenticatorConfigDescription(id).getProperties();
            SettingsDialog dialog = SettingsDialog.open(console, name);
            List<String> labels = new ArrayList<>(CONSOLES_OWN);
            properties.forEach(property -> labels.add(property.getLabel()));
            assertThat(dialog.labels()).as(name).containsExactlyElementsOf(labels);
            assertThat(properties)
                    .as(name)
                    .isNotEmpty()
                    .extracting(ConfigPropertyRepresentation::getHelpText)
                    .allMatch(help -> help.matches("(?s)[A-Z].{20,}\\."));
            dialog.close();
        });
        for (String step : List.of(
                "Two-factor: authenticator app",
                "Two-factor: email code",
                "Two-factor: email code without enrolment",
                "Two-factor: recovery code")) {
            assertThat(console.tab().readAll("[data-testid='" + step + "']"))
                    .as(step)
                    .hasSize(1);
            assertThat(console.tab().elements("[data-testid='" + step + "'] button"))
                    .as("the help on %s", step)
                    .hasSize(1);
        }
    }

    private AdminConsole console() {
        return AdminConsole.of(realm, server, chromium.person().tab());
    }

    private String flowId() {
        String alias = realm.admin().toRepresentation().getBrowserFlow();
        return realm.admin().flows().getFlows().stream()
                .filter(flow -> flow.getAlias().equals(alias))
                .map(AuthenticationFlowRepresentation::getId)
                .findFirst()
                .orElseThrow();
    }

    private static String helpOf(List<ConfigPropertyRepresentation> settings, String name) {
        return settings.stream()
                .filter(setting -> setting.getName().equals(name))
                .map(ConfigPropertyRepresentation::getHelpText)
                .findFirst()
                .orElseThrow();
    }
}
