package org.twofactor.keycloak.it.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.admin.client.CreatedResponseUtil;
import org.keycloak.representations.idm.GroupRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** A realm that asks for a code after the password wherever "Condition - second factor demanded" says so. */
record DemandingRealm(TestRealm realm, ConditionOf condition) {
    private static final String CONDITION = "conditional-two-factor-demanded";

    /** With the condition not configured, and the levels {@code silver} (1) and {@code gold} (3). */
    static DemandingRealm in(NewRealm newRealm) {
        TestRealm realm = newRealm.browserFlow(flow(Map.of()))
                .with(it -> it.setAttributes(new HashMap<>(Map.of("acr.loa.map", "{\"silver\":1,\"gold\":3}"))))
                .create();
        return new DemandingRealm(realm, new ConditionOf(realm, CONDITION));
    }

    static BrowserFlow flow(Map<String, String> config) {
        return BrowserFlow.passwordThen(demanded(config));
    }

    /** The sub-flow that asks for the code. */
    static BrowserFlow.Step demanded(Map<String, String> config) {
        return subflow("CONDITIONAL", form(CONDITION, "REQUIRED", config), form("auth-otp-form", "REQUIRED"));
    }

    TestUser userWithOtp() {
        TestUser user = realm.newUser();
        NativeOtp.add(realm, user);
        return user;
    }

    boolean asks(TestUser user) {
        return asks(user, Map.of());
    }

    /** Logs in by password, and fails unless that either is enough or leads to the form for a code. */
    boolean asks(TestUser user, Map<String, String> more) {
        HttpBrowser browser = HttpBrowser.open(realm, more).password(user);
        boolean asked = browser.asksFor("otp");
        assertThat(browser.loggedIn()).as(browser.body()).isNotEqualTo(asked);
        return asked;
    }

    void addRole(String name) {
        realm.admin().roles().create(new RoleRepresentation(name, "", false));
    }

    void addClientRole(String client, String name) {
        String uuid = realm.admin().clients().findByClientId(client).get(0).getId();
        realm.admin().clients().get(uuid).roles().create(new RoleRepresentation(name, "", false));
    }

    void grantRole(TestUser user, String role) {
        realm.user(user)
                .roles()
                .realmLevel()
                .add(List.of(realm.admin().roles().get(role).toRepresentation()));
    }

    /** Answers its id. */
    String addGroup(String name) {
        return CreatedResponseUtil.getCreatedId(realm.admin().groups().add(group(name)));
    }

    /** Answers its id. */
    String addSubgroup(String parent, String name) {
        return CreatedResponseUtil.getCreatedId(
                realm.admin().groups().group(parent).subGroup(group(name)));
    }

    private static GroupRepresentation group(String name) {
        GroupRepresentation group = new GroupRepresentation();
        group.setName(name);
        return group;
    }
}
