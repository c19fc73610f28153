package org.twofactor.keycloak.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** How many entries a server's single-use store holds, after what users and strangers do. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoundedStoreIT {
    private static final int USERS = 10;
    private static final int NAMES = 100;

    private final TestRealm realm;
    private final Metrics metrics;

    BoundedStoreIT(NewRealm newRealm, KeycloakServer server) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .withoutEvents()
                .create();
        this.metrics = new Metrics(server);
    }

    @BeforeEach
    void theStoreIsCounted() {
        assertThat(metrics.all("vendor_statistics_approximate_entries"))
                .anyMatch(sample -> sample.labels().contains("cache=\"actionTokens\""));
    }

    @Test
    void S61_rightPasswordsLeaveNothingWhateverFailedBefore() {
        List<TestUser> users = new ArrayList<>();
        for (int number = 0; number < USERS; number++) {
            users.add(realm.newUser());
        }
        int before = entries();

        for (TestUser user : users) {
            assertThat(login(user.username(), "wrong").status()).isEqualTo(401);
            assertThat(login(user.username(), "wrong").status()).isEqualTo(401);
        }
        assertThat(entries()).isGreaterThanOrEqualTo(before + USERS);
        for (TestUser user : users) {
            assertThat(login(user.username(), user.password()).status()).isEqualTo(200);
            assertThat(login(user.username(), user.password()).status()).isEqualTo(200);
        }

        assertThat(entries()).isLessThanOrEqualTo(before);
    }

    @Test
    void S61_aRightCodeLeavesItsOwnClaimAtMost() {
        List<Enrolled> users = new ArrayList<>();
        for (int number = 0; number < USERS; number++) {
            users.add(Enrolled.withTotp(realm));
        }
        int before = entries();

        for (Enrolled user : users) {
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
            assertThat(user.totp(user.accessToken(), user.device().code()).status())
                    .isEqualTo(200);
        }

        assertThat(entries()).isLessThanOrEqualTo(before + USERS);
    }

    @Test
    void S62_anUnknownNameTakesNoEntryOfItsOwnButASharedPage() {
        int before = entries();

        for (int number = 0; number < NAMES; number++) {
            String name = UUID.randomUUID().toString();
            for (int guess = 0; guess < 3; guess++) {
                assertThat(login(name, "wrong").status()).isEqualTo(401);
            }
        }

        assertThat(entries() - before).isBetween(1, NAMES);
    }

    private int entries() {
        return (int) metrics.all("vendor_statistics_approximate_entries").stream()
                .filter(sample -> sample.labels().contains("cache=\"actionTokens\""))
                .mapToDouble(Metrics.Sample::value)
                .sum();
    }

    private Answer login(String username, String password) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", username, "password", password))
                .send();
    }
}
