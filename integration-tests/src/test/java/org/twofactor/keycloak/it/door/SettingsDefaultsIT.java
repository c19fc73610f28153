package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Where nobody set anything, or something that must not be, the defaults hold; where there is none, nothing works. */
@KeycloakTest
class SettingsDefaultsIT {
    private static final String ACTION = "CONFIGURE_TWO_FACTOR";

    @Test
    void S18_S31_aRealmThatHasSetNothingHasTheDefaults(NewRealm newRealm, KeycloakServer server) throws IOException {
        TestRealm bare = policy(newRealm)
                .settings(Map.of("sudoLifespan", "60", "freeGuesses", "1"))
                .create();
        bare.deleteAction();
        bare.registerAction();
        Enrolled user = Enrolled.withTotp(bare);
        assertThat(lifespan(user.sudoToken())).isEqualTo(300);
        for (int guess = 0; guess < 5; guess++) {
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
        }
        Answer tooMany = user.totp(user.accessToken(), user.device().code());
        assertThat(tooMany.status()).isEqualTo(429);
        assertThat(tooMany.retryAfter()).isBetween(20, 30);
        assertNoLoginClient(bare, user.user(), server);
    }

    @Test
    void S57_aLoginClientThatWillNotDoAnyMoreIsNotMadeDoWith(NewRealm newRealm, KeycloakServer server)
            throws IOException {
        TestRealm other = newRealm.create();
        TestUser user = other.newUser();
        assertThat(login(other, user).status()).isEqualTo(200);
        other.updateClient(TestClients.APP, it -> it.setDirectAccessGrantsEnabled(false));
        assertNoLoginClient(other, user, server);
    }

    /** By SQL, as by a realm import, anything can come in. */
    @Test
    void S11_S19_S31_S57_aBadValueThatCameInPastTheCheckIsLoggedAndNotObeyed(
            NewRealm newRealm, Backdoor backdoor, KeycloakServer server) throws IOException {
        TestRealm other = policy(newRealm).create();
        TestUser loginUser = other.newUser();
        Map<String, String> bad = Map.of(
                "sudoLifespan", "86400",
                "partialLifespan", "0",
                "pendingTotpLifespan", "eternity",
                "freeGuesses", "1000000",
                "lockAfter", "-1",
                "firstWait", "500",
                "longestWait", "60",
                "methods", "none",
                "totpLevel", "0");
        String action = backdoor.select("select p.ID from REQUIRED_ACTION_PROVIDER p join REALM r on p.REALM_ID = r.ID"
                        + " where p.ALIAS = '" + ACTION + "' and r.NAME = '" + other.name() + "'")
                .get(0)
                .get(0);
        bad.forEach((key, value) -> assertThat(backdoor.update(
                        "insert into REQUIRED_ACTION_CONFIG values ('" + action + "', '" + value + "', '" + key + "')"))
                .isEqualTo(1));
        other.admin().clearRealmCache();
        assertThat(other.settings()).as("Keycloak has them").containsAllEntriesOf(bad);

        Enrolled user = Enrolled.withTotp(other);
        String sudo = user.sudoToken();
        assertThat(lifespan(sudo)).isEqualTo(300);
        assertThat(Jwt.of(sudo).claim("acr")).isEqualTo("2");
        assertThat(user.logIn().status()).isEqualTo(200);
        for (int guess = 0; guess < 5; guess++) {
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
        }
        assertThat(user.totp(user.accessToken(), user.device().code()).retryAfter())
                .as("both waits contradict each other, so both are the default")
                .isBetween(20, 30);
        assertThat(Files.readString(server.log()))
                .contains("Sudo token lifespan (sudoLifespan): write a whole number from 1 to 900, not '86400';"
                        + " using the default '300'");

        backdoor.update("delete from REQUIRED_ACTION_CONFIG where REQUIRED_ACTION_ID = '" + action + "'");
        backdoor.update("insert into REQUIRED_ACTION_CONFIG values ('" + action + "', 'backend', 'loginClient')");
        other.admin().clearRealmCache();
        assertNoLoginClient(other, loginUser, server);
    }

    private static void assertNoLoginClient(TestRealm realm, TestUser user, KeycloakServer server) throws IOException {
        int before = realm.user(user).getUserSessions().size();
        Answer answer = login(realm, user);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.message()).isEqualTo("LOGIN_CLIENT_NOT_CONFIGURED");
        assertThat(realm.user(user).getUserSessions()).hasSize(before);
        assertThat(Files.readString(server.log()))
                .contains("/auth/login of realm '" + realm.name() + "' has no client to log in to: in the configuration"
                        + " of the required action CONFIGURE_TWO_FACTOR, set loginClient to the client ID of a public"
                        + " client with direct access grants");
    }

    private static NewRealm policy(NewRealm newRealm) {
        return newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW);
    }

    private static Answer login(TestRealm realm, TestUser user) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
    }

    private static long lifespan(String token) {
        Jwt jwt = Jwt.of(token);
        return Duration.between(jwt.time("iat"), jwt.time("exp")).toSeconds();
    }
}
