package org.twofactor.keycloak.it.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keycloak.representations.idm.AuthenticationExecutionInfoRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.browser.CodePage;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** {@code docs/examples/install.sh}, on a realm that has nothing of ours. */
@KeycloakTest
class InstallScriptIT {
    private static final String DIRECT = "two-factor direct grant";
    private static final String BROWSER = "two-factor browser";
    private static final List<String> ACTIONS =
            List.of("CONFIGURE_TWO_FACTOR", "two-factor-enrol-email-otp", "two-factor-recovery-codes");

    private final KeycloakServer server;
    private final TestRealm realm;

    @TempDir
    private Path folder;

    private Kcadm kcadm;

    InstallScriptIT(KeycloakServer server, NewRealm newRealm) {
        this.server = server;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(InstallScriptIT::forgetUs)
                .create();
        ACTIONS.forEach(realm.admin().flows()::removeRequiredAction);
    }

    private static void forgetUs(RealmRepresentation realm) {
        realm.setAuthenticationFlows(null);
        realm.setDirectGrantFlow(null);
        realm.getClients().forEach(client -> client.setProtocolMappers(null));
    }

    @BeforeEach
    void logIn() {
        kcadm = Kcadm.loggedIn(server, folder);
    }

    @Test
    void S39_itSetsUpAFreshRealmCanBeRunAgainAndALogInThroughItAsksForTheSecondFactor() throws IOException {
        assertThat(install().status()).isZero();
        RealmRepresentation once = realm.admin().toRepresentation();
        List<String> steps = steps();
        assertThat(once.getBrowserFlow()).isEqualTo(BROWSER);
        assertThat(once.getDirectGrantFlow()).isEqualTo(DIRECT);
        assertThat(stepsOf(BROWSER + " second factor")).isEqualTo(demoStepsOf(BROWSER + " second factor"));
        assertThat(stepsOf(BROWSER + " forms")).isEqualTo(demoStepsOf(BROWSER + " forms"));
        assertThat(stepsOf(DIRECT)).isEqualTo(demoStepsOf(DIRECT));
        assertThat(realm.admin().flows().getRequiredActions())
                .filteredOn(action -> ACTIONS.contains(action.getAlias()) && action.isEnabled())
                .hasSameSizeAs(ACTIONS);

        Kcadm.Run again = install();
        assertThat(again.status()).as(again.output()).isZero();
        assertThat(again.output()).doesNotContain("Created");
        assertThat(realm.admin().toRepresentation()).usingRecursiveComparison().isEqualTo(once);
        assertThat(steps()).isEqualTo(steps);

        assertThat(HttpBrowser.withPassword(realm, realm.newUser()).loggedIn())
                .as("who has no second factor")
                .isTrue();
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(realm.directGrant(user.user()).field("error")).isEqualTo("mfa_required");
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        assertThat(browser.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        assertThat(browser.code(user.device().wrongCode()).loggedIn()).isFalse();
        Jwt token = Jwt.of(browser.code(user.device().code()).tokens(realm).field("access_token"));
        assertThat(token.claims().required("amr"))
                .extracting(JsonNode::textValue)
                .containsExactlyInAnyOrder("pwd", "otp", "mfa");
    }

    @Test
    void S39_aFlowThatABrokenOffRunHasLeftIsNotBound() {
        realm.admin().flows().copy("browser", Map.of("newName", BROWSER)).close();
        Kcadm.Run run = install();
        assertThat(run.status()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).contains("The flow \"" + BROWSER + "\" is there and not bound.");
        assertThat(realm.admin().toRepresentation().getBrowserFlow()).isEqualTo("browser");
    }

    private Kcadm.Run install() {
        return kcadm.script("install.sh", realm.name(), TestClients.APP);
    }

    /** All steps of both flows, as the admin console shows them. */
    private List<String> steps() {
        return List.of(BROWSER, DIRECT).stream()
                .flatMap(flow -> realm.admin().flows().getExecutions(flow).stream())
                .map(step -> step.getId() + " " + step.getPriority() + " " + step.getRequirement())
                .toList();
    }

    private List<String> stepsOf(String flow) {
        return realm.admin().flows().getExecutions(flow).stream()
                .filter(step -> step.getLevel() == 0)
                .map(InstallScriptIT::inWords)
                .toList();
    }

    private static String inWords(AuthenticationExecutionInfoRepresentation step) {
        boolean isFlow = Boolean.TRUE.equals(step.getAuthenticationFlow());
        return step.getRequirement() + " " + (isFlow ? step.getDisplayName() : step.getProviderId());
    }

    /** The same of the realm that the demo imports. */
    private static List<String> demoStepsOf(String alias) throws IOException {
        JsonNode demo = new ObjectMapper()
                .readTree(Path.of("../docker/realm/demo-realm.json").toFile());
        List<JsonNode> flows = new ArrayList<>();
        demo.required("authenticationFlows").forEach(flows::add);
        JsonNode flow = flows.stream()
                .filter(it -> it.required("alias").textValue().equals(alias))
                .findFirst()
                .orElseThrow();
        List<String> steps = new ArrayList<>();
        flow.required("authenticationExecutions")
                .forEach(step -> steps.add(step.required("requirement").textValue() + " "
                        + step.path(step.required("authenticatorFlow").booleanValue() ? "flowAlias" : "authenticator")
                                .textValue()));
        return steps;
    }
}
