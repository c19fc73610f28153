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
import org.keycloak.admin.client.CreatedResponseUtil;
import org.keycloak.representations.idm.GroupRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;
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
    private final TestRealm realm;
    private final ConditionOf condition;
    private final TestUser somebody;

    DemandedConditionIT(NewRealm newRealm) {
        this.realm = newRealm.browserFlow(BrowserFlow.passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-two-factor-demanded", "REQUIRED"),
                        form("auth-otp-form", "REQUIRED"))))
                .with(it -> it.setAttributes(new HashMap<>(Map.of("acr.loa.map", "{\"silver\":1,\"gold\":3}"))))
                .create();
        this.condition = new ConditionOf(realm, "conditional-two-factor-demanded");
        this.somebody = userWithOtp();
        realmRole("technical");
        clientRole("backend", "technical");
        clientRole("backend", "operator");
    }

    @BeforeEach
    void withoutConfiguration() {
        condition.configureNothing();
    }

    @Test
    void withoutAConfigurationItIsDemandedOfEverybody() {
        assertThat(asked(somebody)).isTrue();
        condition.configure(Map.of("roles", " , ", "negate", "false"));
        assertThat(asked(somebody)).isTrue();
    }

    @Test
    void aRoleOfTheRealmDemandsItAndAClientsRoleOfThatNameDoesNot() {
        TestUser technical = userWithOtp();
        grantRealmRole(technical, "technical");
        TestUser namesake = userWithOtp();
        AccountRights.of(realm).grant(namesake, "backend", "technical");

        condition.configure(Map.of("roles", "technical"));
        assertThat(asked(technical)).isTrue();
        assertThat(asked(namesake)).isFalse();
        assertThat(asked(somebody)).isFalse();

        condition.configure(Map.of("roles", "backend.technical"));
        assertThat(asked(technical)).isFalse();
        assertThat(asked(namesake)).isTrue();

        condition.configure(Map.of("roles", "technical", "negate", "true"));
        assertThat(asked(technical)).isFalse();
        assertThat(asked(namesake)).isTrue();
        assertThat(asked(somebody)).isTrue();
    }

    @Test
    void rolesThatComeByAnotherRoleOrByAGroupCount() {
        TestUser byRole = userWithOtp();
        realmRole("boss");
        realm.admin()
                .roles()
                .get("boss")
                .addComposites(List.of(realm.admin().roles().get("technical").toRepresentation()));
        grantRealmRole(byRole, "boss");
        TestUser byGroup = userWithOtp();
        String group = group(null, "technicians");
        realm.admin()
                .groups()
                .group(group)
                .roles()
                .realmLevel()
                .add(List.of(realm.admin().roles().get("technical").toRepresentation()));
        realm.user(byGroup).joinGroup(group);

        condition.configure(Map.of("roles", "backend.operator, technical"));
        assertThat(asked(byRole)).isTrue();
        assertThat(asked(byGroup)).isTrue();
        assertThat(asked(somebody)).isFalse();
    }

    @Test
    void aGroupDemandsItOfItsMembersAndThoseOfItsSubgroups() {
        String staff = group(null, "staff");
        String admins = group(staff, "admins");
        group(null, "admins");
        TestUser member = userWithOtp();
        realm.user(member).joinGroup(staff);
        TestUser below = userWithOtp();
        realm.user(below).joinGroup(admins);

        condition.configure(Map.of("groups", "/staff"));
        assertThat(asked(member)).isTrue();
        assertThat(asked(below)).isTrue();
        assertThat(asked(somebody)).isFalse();

        condition.configure(Map.of("groups", "/staff/admins"));
        assertThat(asked(member)).isFalse();
        assertThat(asked(below)).isTrue();

        condition.configure(Map.of("groups", "/admins"));
        assertThat(asked(below)).as("a group of the same name elsewhere").isFalse();

        condition.configure(Map.of("groups", "/staff", "negate", "true"));
        assertThat(asked(member)).isFalse();
        assertThat(asked(somebody)).isTrue();
    }

    @Test
    void aClientDemandsIt() {
        condition.configure(Map.of("clients", "other-app"));
        assertThat(asked(somebody, Map.of("client_id", "other-app"))).isTrue();
        assertThat(asked(somebody)).isFalse();
        condition.configure(Map.of("clients", "other-app", "negate", "true"));
        assertThat(asked(somebody, Map.of("client_id", "other-app"))).isFalse();
        assertThat(asked(somebody)).isTrue();
    }

    @Test
    void aLevelDemandsItFromThereOnByNumberAndByName() {
        for (String level : List.of("gold", "3")) {
            condition.configure(Map.of("acr", level));
            assertThat(asked(somebody, Map.of("acr_values", "gold"))).isTrue();
            assertThat(asked(somebody, Map.of("acr_values", "silver"))).isFalse();
            assertThat(asked(somebody)).isFalse();
        }
        condition.configure(Map.of("acr", "silver"));
        assertThat(asked(somebody, Map.of("acr_values", "gold"))).isTrue();
        condition.configure(Map.of("acr", "gold", "negate", "true"));
        assertThat(asked(somebody, Map.of("acr_values", "gold"))).isFalse();
        assertThat(asked(somebody, Map.of("acr_values", "silver"))).isTrue();
    }

    @Test
    void theLeastLevelOfAClientDemandsItWhateverTheBrowserLeavesOut() {
        condition.configure(Map.of("acr", "gold"));
        realm.updateClient(TestClients.OTHER_APP, it -> it.getAttributes().put("minimum.acr.value", "gold"));
        assertThat(asked(somebody, Map.of("client_id", "other-app"))).isTrue();
        assertThat(asked(somebody, Map.of("client_id", "other-app", "acr_values", "silver")))
                .isTrue();
        realm.updateClient(TestClients.OTHER_APP, it -> it.getAttributes().remove("minimum.acr.value"));
    }

    @Test
    void oneReasonIsEnoughAndTurnedRoundNoneMayApply() {
        TestUser technical = userWithOtp();
        grantRealmRole(technical, "technical");
        Map<String, String> either = new HashMap<>(Map.of("roles", "technical", "clients", "other-app"));
        condition.configure(either);
        assertThat(asked(technical)).isTrue();
        assertThat(asked(somebody, Map.of("client_id", "other-app"))).isTrue();
        assertThat(asked(somebody)).isFalse();
        either.put("negate", "true");
        condition.configure(either);
        assertThat(asked(technical)).isFalse();
        assertThat(asked(somebody, Map.of("client_id", "other-app"))).isFalse();
        assertThat(asked(somebody)).isTrue();
    }

    @Test
    void whatIsSavedIsCheckedAndABadValueIsRefusedWithASentence() {
        Map<String, String> fine = Map.of("roles", "technical");
        condition.configure(fine);
        realmRole("other-app.x");
        clientRole("other-app", "x");
        Map.of(
                        Map.of("roles", "technical, nobody"),
                        "Roles (roles): write roles of this realm, a client’s as client.role; it has no 'nobody'",
                        Map.of("roles", "operator"),
                        "Roles (roles): write roles of this realm, a client’s as client.role; it has no 'operator'",
                        Map.of("roles", "other-app.x"),
                        "Roles (roles): 'other-app.x' is more than one role; rename one of them",
                        Map.of("groups", "staff"),
                        "Groups (groups): write paths of groups such as /staff/admins; there is no 'staff'",
                        Map.of("groups", "/nowhere"),
                        "Groups (groups): write paths of groups such as /staff/admins; there is no '/nowhere'",
                        Map.of("clients", "app, nothing"),
                        "Clients (clients): write client IDs of this realm; it has no 'nothing'",
                        Map.of("acr", "platinum"),
                        "ACR (acr): write a level such as 2, or a name from the realm’s ACR to LoA mapping, not"
                                + " 'platinum'",
                        Map.of("acr", "-1"),
                        "ACR (acr): write a level such as 2, or a name from the realm’s ACR to LoA mapping, not '-1'",
                        Map.of("negate", "true"),
                        "Negate output (negate): write a role, group, client or level too, or nobody is asked",
                        Map.of("negate", "yes", "roles", "technical"),
                        "Negate output (negate): write true or false, not 'yes'")
                .forEach((config, sentence) -> {
                    assertThat(condition.save(config)).contains(sentence);
                    assertThat(condition.config()).isEqualTo(fine);
                });
        assertThat(condition
                        .save(Map.of("roles", "nobody", "clients", "nothing"))
                        .orElseThrow())
                .contains("'nobody'", "; ", "'nothing'");
        condition.configureNothing();
        assertThat(condition.save(Map.of("roles", "nobody")))
                .as("when it is made, as well as when it is changed")
                .contains("Roles (roles): write roles of this realm, a client’s as client.role; it has no 'nobody'");
        assertThat(condition.config()).isEmpty();
        assertThat(asked(somebody)).isTrue();
    }

    @Test
    void aConfigurationThatHasBecomeWrongDemandsItOfEverybodyBothWaysRound() {
        for (String negate : List.of("false", "true")) {
            realmRole("short-lived");
            TestUser holder = userWithOtp();
            grantRealmRole(holder, "short-lived");
            condition.configure(Map.of("roles", "short-lived", "negate", negate));
            assertThat(asked(holder)).isEqualTo(negate.equals("false"));
            realm.admin().roles().deleteRole("short-lived");
            assertThat(asked(holder)).as("negate %s", negate).isTrue();
            assertThat(asked(somebody)).as("negate %s", negate).isTrue();
        }
    }

    @Test
    void aConfigurationThatAnImportBringsIsNotBelieved(NewRealm newRealm) {
        TestRealm imported = newRealm.browserFlow(BrowserFlow.passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-two-factor-demanded", "REQUIRED", Map.of("negate", "true")),
                        form("auth-otp-form", "REQUIRED"))))
                .create();
        TestUser user = imported.newUser();
        NativeOtp.add(imported, user);
        assertThat(HttpBrowser.withPassword(imported, user).asksFor("otp")).isTrue();
    }

    /** The flow of docs/admin.md: what is demanded by client stands behind the session cookie, not beside it. */
    @Test
    void S39_aSessionFromAClientThatDemandsNothingDoesNotOpenOneThatDoes(NewRealm newRealm) {
        TestRealm behind = newRealm.browserFlow(BrowserFlow.of(
                        subflow(
                                "REQUIRED",
                                form("auth-cookie", "ALTERNATIVE"),
                                subflow("ALTERNATIVE", form("auth-username-password-form", "REQUIRED"))),
                        subflow(
                                "CONDITIONAL",
                                form("conditional-two-factor-demanded", "REQUIRED", Map.of("clients", "other-app")),
                                form("auth-otp-form", "REQUIRED"))))
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

    private boolean asked(TestUser user) {
        return asked(user, Map.of());
    }

    /** Logs in by password, and fails unless that either is enough or leads to the form for a code. */
    private boolean asked(TestUser user, Map<String, String> more) {
        HttpBrowser browser = HttpBrowser.open(realm)
                .get(LoginPage.address(realm, more))
                .post(Map.of("username", user.username(), "password", user.password()));
        boolean asked = browser.asksFor("otp");
        assertThat(browser.loggedIn()).as(browser.body()).isNotEqualTo(asked);
        return asked;
    }

    private TestUser userWithOtp() {
        TestUser user = realm.newUser();
        NativeOtp.add(realm, user);
        return user;
    }

    private void realmRole(String name) {
        realm.admin().roles().create(new RoleRepresentation(name, "", false));
    }

    private void clientRole(String client, String name) {
        String uuid = realm.admin().clients().findByClientId(client).get(0).getId();
        realm.admin().clients().get(uuid).roles().create(new RoleRepresentation(name, "", false));
    }

    private void grantRealmRole(TestUser user, String role) {
        realm.user(user)
                .roles()
                .realmLevel()
                .add(List.of(realm.admin().roles().get(role).toRepresentation()));
    }

    private String group(String parent, String name) {
        GroupRepresentation group = new GroupRepresentation();
        group.setName(name);
        return CreatedResponseUtil.getCreatedId(
                parent == null
                        ? realm.admin().groups().add(group)
                        : realm.admin().groups().group(parent).subGroup(group));
    }
}
