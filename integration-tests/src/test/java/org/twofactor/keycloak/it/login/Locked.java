package org.twofactor.keycloak.it.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Keycloak's brute force detection counts in the background: this waits until it has. */
public final class Locked {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Locked() {}

    public static void await(TestRealm realm, TestUser user) {
        Instant deadline = Instant.now().plus(PATIENCE);
        Map<String, Object> status = Map.of();
        while (!Boolean.TRUE.equals(status.get("disabled")) && Instant.now().isBefore(deadline)) {
            status = realm.admin().attackDetection().bruteForceUserStatus(user.id());
        }
        assertThat(status).containsEntry("disabled", true);
    }
}
