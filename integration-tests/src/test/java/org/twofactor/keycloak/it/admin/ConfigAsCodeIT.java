package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.AccountRights;

/**
 * What configuration tools do to the required action that holds our settings opens nothing. Keycloak's Terraform provider
 * updates it without its configuration (keycloak/terraform-provider-keycloak#996), keycloak-config-cli deletes it where
 * its file has other actions (adorsys/keycloak-config-cli#834), and Keycloak checks none of it.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigAsCodeIT {
    private static final String ACTION = "/authentication/required-actions/CONFIGURE_TWO_FACTOR";
    private static final Set<String> SECOND_FACTORS =
            Set.of("otp", "email-otp", "recovery-code", "webauthn", "two-factor-lock");

    private final TestRealm realm;
    private final Inbox inbox;
    private final String admin;
    private final Enrolled user;
    private final EmailEnrolled byMail;

    ConfigAsCodeIT(NewRealm newRealm, Inbox inbox, Backdoor backdoor) {
        this.realm = policy(newRealm).create();
        this.inbox = inbox;
        this.admin = administratorOf(realm);
        this.user = Enrolled.withTotp(realm);
        this.byMail = EmailEnrolled.in(realm, inbox);
        backdoor.update("insert into CREDENTIAL (ID, TYPE, USER_ID, CREDENTIAL_DATA, SECRET_DATA, PRIORITY, VERSION)"
                + " values ('" + UUID.randomUUID() + "', 'webauthn', '"
                + user.user().id() + "', '{\"credentialId\":\"a2V5\",\"counter\":0}', '{}', 50, 0), ('"
                + UUID.randomUUID() + "', 'two-factor-lock', '"
                + user.user().id() + "', '{\"factor\":\"email-otp\",\"failures\":100}', '{}', 60, 0)");
    }

    private static NewRealm policy(NewRealm newRealm) {
        return newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setAccessTokenLifespan(3600))
                .settings(Map.of("freeGuesses", "2"));
    }

    /** What a tool does to the action. */
    enum Tool {
        /** Terraform before it knew of {@code config}. */
        UPDATES_WITHOUT_CONFIG {
            @Override
            void work(ConfigAsCodeIT it) {
                it.put(Map.of("enabled", true));
            }
        },
        SWITCHES_OFF {
            @Override
            void work(ConfigAsCodeIT it) {
                it.put(Map.of("enabled", false));
            }
        },
        /** Keycloak takes the alias of the body, none too. */
        RENAMES {
            @Override
            void work(ConfigAsCodeIT it) {
                it.put(Map.of("enabled", true, "alias", "second-factor"));
            }
        },
        /** keycloak-config-cli with {@code import.managed.required-action=full}. */
        DELETES {
            @Override
            void work(ConfigAsCodeIT it) {
                assertThat(it.call("DELETE", ACTION, null).status()).isEqualTo(204);
            }
        };

        abstract void work(ConfigAsCodeIT it);
    }

    @ParameterizedTest
    @EnumSource
    void S63_whateverAToolDoesToTheActionTheAccountApiRemovesNoSecondFactor(Tool tool) {
        tool.work(this);
        try {
            List<String> kept = new ArrayList<>(refusedToRemove(user.user(), user.accessToken()));
            kept.addAll(refusedToRemove(byMail.user(), byMail.accessToken()));
            assertThat(kept)
                    .containsOnlyOnce("otp", "email-otp", "webauthn", "two-factor-lock")
                    .contains("recovery-code");
        } finally {
            restore();
        }
    }

    private List<String> refusedToRemove(TestUser owner, String token) {
        List<CredentialRepresentation> rows = secondFactors(owner);
        rows.forEach(row -> assertThat(removal(realm, row, token).status())
                .as(row.getType())
                .isBetween(400, 499));
        assertThat(secondFactors(owner)).hasSameSizeAs(rows);
        return rows.stream().map(CredentialRepresentation::getType).toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"SWITCHES_OFF", "RENAMES", "DELETES"})
    void S63_whileTheActionIsOffEveryPathIs404AndNothingIsDone(Tool tool) {
        TestUser other = realm.newUser();
        int mails = inbox.all(other.email()).size();
        tool.work(this);
        try {
            int events = realm.events(user.user()).size();
            for (String[] call : new String[][] {
                {"GET", "/user/2fa"},
                {"POST", "/user/2fa/totp/setup"},
                {"POST", "/user/2fa/totp/authenticate"},
                {"DELETE", "/user/2fa/totp"},
                {"POST", "/user/2fa/email-otp/challenge"},
                {"POST", "/user/password/reset/send"},
                {"POST", "/v1/auth/forgot-password"},
                {"POST", "/auth/login"},
                {"GET", "/auth/accesstoken/validate"},
                {"GET", "/user/openapi.json"},
                {"GET", "/user"},
                {"PUT", "/auth/nothing"},
            }) {
                Api.Call sent = realm.api().call(call[0], call[1]).bearer(user.accessToken());
                if (call[0].equals("POST")) {
                    sent.json(Map.of("email", other.email(), "username", other.username(), "password", "x"));
                }
                Answer answer = sent.send();
                assertThat(answer.status()).as(call[1]).isEqualTo(404);
                assertThat(answer.message()).as(call[1]).isEqualTo("NOT_FOUND");
            }
            assertThat(realm.events(user.user())).hasSize(events);
            assertThat(inbox.all(other.email())).hasSize(mails);
            assertThat(realm.directGrant(user.user()).field("error"))
                    .as("the flow still asks for the second factor")
                    .isEqualTo("mfa_required");
            assertThat(warnings()).contains("REQUIRED_ACTION_OFF");
        } finally {
            restore();
        }
        assertThat(user.methods().status()).isEqualTo(200);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void S63_aRealmThatIsNotOursIsAsKeycloakHasIt(NewRealm newRealm, Backdoor backdoor) {
        TestRealm keycloaks = policy(newRealm).withoutOurSteps().create();
        Enrolled owner = Enrolled.withTotp(keycloaks);
        keycloaks.deleteAction();
        TestUser plain = keycloaks.newUser();
        assertThat(keycloaks.directGrant(plain).status()).isEqualTo(200);
        assertThat(backdoor.select("select NAME from USER_ATTRIBUTE where NAME = 'twoFactorMethods' and USER_ID = '"
                        + plain.id() + "'"))
                .as("no mirror of methods")
                .isEmpty();
        CredentialRepresentation otp = keycloaks.user(owner.user()).credentials().stream()
                .filter(row -> row.getType().equals("otp"))
                .findFirst()
                .orElseThrow();
        assertThat(removal(keycloaks, otp, owner.accessToken()).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @EnumSource(names = {"UPDATES_WITHOUT_CONFIG", "DELETES"})
    void S31_S60_lostSettingsAreAnAdminEventAWarningAndTheDefaultsHold(Tool tool) {
        realm.admin().clearAdminEvents();
        tool.work(this);
        try {
            assertThat(realm.adminEvents())
                    .filteredOn(event -> event.getOperationType().equals("ACTION"))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.getResourceType()).isEqualTo("REQUIRED_ACTION");
                        assertThat(event.getDetails())
                                .containsEntry("two_factor_operation", "settings-lost")
                                .containsEntry("settings", "freeGuesses,loginClient");
                    });
            if (tool == Tool.DELETES) {
                realm.registerAction();
            }
            assertThat(warnings()).containsExactly("SETTINGS_LOST");
            Answer login = realm.api()
                    .post("/auth/login")
                    .json(Map.of(
                            "username",
                            user.user().username(),
                            "password",
                            user.user().password()))
                    .send();
            assertThat(login.message()).isEqualTo("LOGIN_CLIENT_NOT_CONFIGURED");
        } finally {
            restore();
        }
        assertThat(warnings()).isEmpty();
    }

    /** Whoever empties the settings where the admin console does means it, and a change of their values is no loss. */
    @Test
    void S31_settingsThatAreChangedOrEmptiedOnPurposeAreNotLost() {
        realm.admin().clearAdminEvents();
        try {
            put(Map.of("enabled", true, "config", Map.of("loginClient", "app")));
            assertThat(warnings()).isEmpty();
            assertThat(call("PUT", ACTION + "/config", Map.of("config", Map.of()))
                            .status())
                    .isEqualTo(204);
            assertThat(warnings()).isEmpty();
            assertThat(realm.adminEvents())
                    .noneMatch(event -> event.getOperationType().equals("ACTION"));
        } finally {
            restore();
        }
    }

    @Test
    void S18_S31_aValueOutOfItsRangeIsTheDefaultAndIsShoutedOnce(KeycloakServer server) throws IOException {
        put(Map.of("enabled", true, "config", Map.of("freeGuesses", "9999", "loginClient", "nope")));
        try {
            Enrolled guesser = Enrolled.withTotp(realm);
            for (int guess = 0; guess < 5; guess++) {
                assertThat(guesser.totp(guesser.accessToken(), guesser.device().wrongCode())
                                .status())
                        .isEqualTo(401);
            }
            assertThat(guesser.totp(guesser.accessToken(), guesser.device().code())
                            .status())
                    .isEqualTo(429);
            String line = "two-factor: realm '" + realm.name() + "': Free guesses (freeGuesses): write a whole number"
                    + " from 1 to 10, not '9999'; using the default '5'";
            assertThat(Files.readString(server.log())).containsOnlyOnce(line);
            assertThat(summary().get("warnings").findValuesAsText("text"))
                    .anySatisfy(text -> assertThat(text).contains("freeGuesses", "'9999'"))
                    .anySatisfy(text -> assertThat(text).contains("loginClient", "'nope'"))
                    .hasSize(2);
        } finally {
            restore();
        }
    }

    /** As https://github.com/mesutpiskin/keycloak-2fa-email-authenticator leaves behind. */
    @Test
    void S63_rowsThatNoInstalledExtensionReadsAreCountedAndWarnedOf(NewRealm newRealm, Backdoor backdoor) {
        TestRealm moved = policy(newRealm).create();
        String token = administratorOf(moved);
        for (TestUser had : List.of(moved.newUser(), moved.newUser())) {
            backdoor.update(
                    "insert into CREDENTIAL (ID, TYPE, USER_ID, CREDENTIAL_DATA, SECRET_DATA, PRIORITY, VERSION) values ('"
                            + UUID.randomUUID() + "', 'email-authenticator', '" + had.id()
                            + "', '{}', '{}', 10, 0)");
            Enrolled.withTotp(moved, had);
        }
        JsonNode summary = SupportDesk.bearing(moved, token).summary().json();
        assertThat(summary.get("unreadableCredentials").toString()).isEqualTo("{\"email-authenticator\":2}");
        assertThat(summary.get("warnings").findValuesAsText("code")).containsExactly("UNREADABLE_CREDENTIALS");
    }

    private List<CredentialRepresentation> secondFactors(TestUser owner) {
        return realm.user(owner).credentials().stream()
                .filter(row -> SECOND_FACTORS.contains(row.getType()))
                .toList();
    }

    private static Answer removal(TestRealm where, CredentialRepresentation row, String token) {
        return where.api()
                .delete("/account/credentials/" + row.getId())
                .bearer(token)
                .header("Accept", "application/json")
                .send();
    }

    private List<String> warnings() {
        return summary().get("warnings").findValuesAsText("code");
    }

    private JsonNode summary() {
        return SupportDesk.bearing(realm, admin).summary().json();
    }

    /** As tools write it: the whole action, and these fields over it. */
    private void put(Map<String, ?> fields) {
        Map<String, Object> body = new HashMap<>(Map.of(
                "alias", "CONFIGURE_TWO_FACTOR",
                "name", "Set up two-factor authentication",
                "providerId", "CONFIGURE_TWO_FACTOR",
                "defaultAction", false,
                "priority", 1));
        body.putAll(fields);
        assertThat(call("PUT", ACTION, body).status()).isEqualTo(204);
    }

    private void restore() {
        Stream.of("CONFIGURE_TWO_FACTOR", "second-factor")
                .forEach(alias -> call("DELETE", "/authentication/required-actions/" + alias, null));
        realm.registerAction();
        realm.settings(Map.of("loginClient", "app", "freeGuesses", "2"));
    }

    private Answer call(String method, String path, Map<String, ?> body) {
        Api.Call call = new Api(URI.create(realm.api().base().toString().replace("/realms/", "/admin/realms/")))
                .call(method, path)
                .bearer(admin);
        return (body == null ? call : call.json(body)).send();
    }

    private static String administratorOf(TestRealm realm) {
        TestUser administrator = realm.newUser();
        AccountRights.of(realm).grant(administrator, "realm-management", "manage-realm", "view-users");
        return realm.accessToken(administrator);
    }
}
