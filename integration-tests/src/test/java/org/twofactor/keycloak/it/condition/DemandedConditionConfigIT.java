package org.twofactor.keycloak.it.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** What "Condition - second factor demanded" takes for a configuration: a bad one is refused, or demands it of everybody. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemandedConditionConfigIT {
    private final DemandingRealm demanding;
    private final ConditionOf condition;
    private final TestUser somebody;

    DemandedConditionConfigIT(NewRealm newRealm) {
        this.demanding = DemandingRealm.in(newRealm);
        this.condition = demanding.condition();
        this.somebody = demanding.userWithOtp();
        demanding.addRole("technical");
        demanding.addClientRole("backend", "operator");
        demanding.addGroup("staff");
    }

    @BeforeEach
    void withoutConfiguration() {
        condition.configureNothing();
    }

    @Test
    void whatIsSavedIsCheckedAndABadValueIsRefusedWithASentence() {
        Map<String, String> fine = Map.of("roles", "technical");
        condition.configure(fine);
        demanding.addRole("other-app.x");
        demanding.addClientRole("other-app", "x");
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
        assertThat(demanding.asks(somebody)).isTrue();
    }

    @Test
    void aConfigurationThatHasBecomeWrongDemandsItOfEverybodyBothWaysRound() {
        for (String negate : List.of("false", "true")) {
            demanding.addRole("short-lived");
            TestUser holder = demanding.userWithOtp();
            demanding.grantRole(holder, "short-lived");
            condition.configure(Map.of("roles", "short-lived", "negate", negate));
            assertThat(demanding.asks(holder)).isEqualTo(negate.equals("false"));
            demanding.realm().admin().roles().deleteRole("short-lived");
            assertThat(demanding.asks(holder)).as("negate %s", negate).isTrue();
            assertThat(demanding.asks(somebody)).as("negate %s", negate).isTrue();
        }
    }

    @Test
    void aConfigurationThatAnImportBringsIsNotBelieved(NewRealm newRealm) {
        TestRealm imported = newRealm.browserFlow(DemandingRealm.flow(Map.of("negate", "true")))
                .create();
        TestUser user = imported.newUser();
        NativeOtp.add(imported, user);
        assertThat(HttpBrowser.withPassword(imported, user).asksFor("otp")).isTrue();
    }
}
