package org.twofactor.keycloak.it.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.browser.LoginPage;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.token.AccountRights;

/** "Condition - second factor demanded": by role, group, client or level, both ways round, and never open by mistake. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemandedConditionIT {
    private final DemandingRealm demanding;
    private final TestRealm realm;
    private final ConditionOf condition;
    private final TestUser somebody;

    DemandedConditionIT(NewRealm newRealm) {
        this.demanding = DemandingRealm.in(newRealm);
        this.realm = demanding.realm();
        this.condition = demanding.condition();
        this.somebody = demanding.userWithOtp();
        demanding.addRole("technical");
        demanding.addClientRole("backend", "technical");
        demanding.addClientRole("backend", "operator");
    }

    @BeforeEach
    void withoutConfiguration() {
        condition.configureNothing();
    }

    @Test
    void withoutAConfigurationItIsDemandedOfEverybody() {
        assertThat(demanding.asks(somebody)).isTrue();
        condition.configure(Map.of("roles", " , ", "negate", "false"));
        assertThat(demanding.asks(somebody)).isTrue();
    }

    @Test
    void aRoleOfTheRealmDemandsItAndAClientsRoleOfThatNameDoesNot() {
        TestUser technical = demanding.userWithOtp();
        demanding.grantRole(technical, "technical");
        TestUser namesake = demanding.userWithOtp();
        AccountRights.of(realm).grant(namesake, "backend", "technical");

        condition.configure(Map.of("roles", "technical"));
        assertThat(demanding.asks(technical)).isTrue();
        assertThat(demanding.asks(namesake)).isFalse();
        assertThat(demanding.asks(somebody)).isFalse();

        condition.configure(Map.of("roles", "backend.technical"));
        assertThat(demanding.asks(technical)).isFalse();
        assertThat(demanding.asks(namesake)).isTrue();

        condition.configure(Map.of("roles", "technical", "negate", "true"));
        assertThat(demanding.asks(technical)).isFalse();
        assertThat(demanding.asks(namesake)).isTrue();
        assertThat(demanding.asks(somebody)).isTrue();
    }

    @Test
    void rolesThatComeByAnotherRoleOrByAGroupCount() {
        TestUser byRole = demanding.userWithOtp();
        demanding.addRole("boss");
        realm.admin()
                .roles()
                .get("boss")
                .addComposites(List.of(realm.admin().roles().get("technical").toRepresentation()));
        demanding.grantRole(byRole, "boss");
        TestUser byGroup = demanding.userWithOtp();
        String group = demanding.addGroup("technicians");
        realm.admin()
                .groups()
                .group(group)
                .roles()
                .realmLevel()
                .add(List.of(realm.admin().roles().get("technical").toRepresentation()));
        realm.user(byGroup).joinGroup(group);

        condition.configure(Map.of("roles", "backend.operator, technical"));
        assertThat(demanding.asks(byRole)).isTrue();
        assertThat(demanding.asks(byGroup)).isTrue();
        assertThat(demanding.asks(somebody)).isFalse();
    }

    @Test
    void aGroupDemandsItOfItsMembersAndThoseOfItsSubgroups() {
        String staff = demanding.addGroup("staff");
        String admins = demanding.addSubgroup(staff, "admins");
        demanding.addGroup("admins");
        TestUser member = demanding.userWithOtp();
        realm.user(member).joinGroup(staff);
        TestUser below = demanding.userWithOtp();
        realm.user(below).joinGroup(admins);

        condition.configure(Map.of("groups", "/staff"));
        assertThat(demanding.asks(member)).isTrue();
        assertThat(demanding.asks(below)).isTrue();
        assertThat(demanding.asks(somebody)).isFalse();

        condition.configure(Map.of("groups", "/staff/admins"));
        assertThat(demanding.asks(member)).isFalse();
        assertThat(demanding.asks(below)).isTrue();

        condition.configure(Map.of("groups", "/admins"));
        assertThat(demanding.asks(below))
                .as("a group of the same name elsewhere")
                .isFalse();

        condition.configure(Map.of("groups", "/staff", "negate", "true"));
        assertThat(demanding.asks(member)).isFalse();
        assertThat(demanding.asks(somebody)).isTrue();
    }

    @Test
    void aClientDemandsIt() {
        condition.configure(Map.of("clients", "other-app"));
        assertThat(demanding.asks(somebody, Map.of("client_id", "other-app"))).isTrue();
        assertThat(demanding.asks(somebody)).isFalse();
        condition.configure(Map.of("clients", "other-app", "negate", "true"));
        assertThat(demanding.asks(somebody, Map.of("client_id", "other-app"))).isFalse();
        assertThat(demanding.asks(somebody)).isTrue();
    }

    @Test
    void aLevelDemandsItFromThereOnByNumberAndByName() {
        for (String level : List.of("gold", "3")) {
            condition.configure(Map.of("acr", level));
            assertThat(demanding.asks(somebody, Map.of("acr_values", "gold"))).isTrue();
            assertThat(demanding.asks(somebody, Map.of("acr_values", "silver"))).isFalse();
            assertThat(demanding.asks(somebody)).isFalse();
        }
        condition.configure(Map.of("acr", "silver"));
        assertThat(demanding.asks(somebody, Map.of("acr_values", "gold"))).isTrue();
        condition.configure(Map.of("acr", "gold", "negate", "true"));
        assertThat(demanding.asks(somebody, Map.of("acr_values", "gold"))).isFalse();
        assertThat(demanding.asks(somebody, Map.of("acr_values", "silver"))).isTrue();
    }

    @Test
    void theLeastLevelOfAClientDemandsItWhateverTheBrowserLeavesOut() {
        condition.configure(Map.of("acr", "gold"));
        realm.updateClient(TestClients.OTHER_APP, it -> it.getAttributes().put("minimum.acr.value", "gold"));
        assertThat(demanding.asks(somebody, Map.of("client_id", "other-app"))).isTrue();
        assertThat(demanding.asks(somebody, Map.of("client_id", "other-app", "acr_values", "silver")))
                .isTrue();
        realm.updateClient(TestClients.OTHER_APP, it -> it.getAttributes().remove("minimum.acr.value"));
    }

    @Test
    void oneReasonIsEnoughAndTurnedRoundNoneMayApply() {
        TestUser technical = demanding.userWithOtp();
        demanding.grantRole(technical, "technical");
        Map<String, String> either = new HashMap<>(Map.of("roles", "technical", "clients", "other-app"));
        condition.configure(either);
        assertThat(demanding.asks(technical)).isTrue();
        assertThat(demanding.asks(somebody, Map.of("client_id", "other-app"))).isTrue();
        assertThat(demanding.asks(somebody)).isFalse();
        either.put("negate", "true");
        condition.configure(either);
        assertThat(demanding.asks(technical)).isFalse();
        assertThat(demanding.asks(somebody, Map.of("client_id", "other-app"))).isFalse();
        assertThat(demanding.asks(somebody)).isTrue();
    }

    /** The flow of docs/admin.md: what is demanded by client stands behind the session cookie, not beside it. */
    @Test
    void S39_aSessionFromAClientThatDemandsNothingDoesNotOpenOneThatDoes(NewRealm newRealm) {
        TestRealm behind = newRealm.browserFlow(BrowserFlow.of(
                        subflow(
                                "REQUIRED",
                                form("auth-cookie", "ALTERNATIVE"),
                                subflow("ALTERNATIVE", form("auth-username-password-form", "REQUIRED"))),
                        DemandingRealm.demanded(Map.of("clients", "other-app"))))
                .create();
        TestUser user = behind.newUser();
        NativeOtp.add(behind, user);
        HttpBrowser browser = HttpBrowser.withPassword(behind, user);
        assertThat(browser.loggedIn()).isTrue();
        browser.get(LoginPage.address(behind, Map.of()));
        assertThat(browser.loggedIn()).as("the session goes on at the first").isTrue();
        browser.get(LoginPage.address(behind, Map.of("client_id", "other-app")));
        assertThat(browser.loggedIn()).isFalse();
        assertThat(browser.asksFor("otp")).isTrue();
    }
}
