package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** What Keycloak's own brute force detection has counted. It counts in the background, and tells nobody when it has. */
record FailureCount(TestRealm realm, TestUser user) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    void await(int failures) {
        await("%d failures".formatted(failures), status -> failures <= (int) status.get("numFailures"));
        assertThat(status()).containsEntry("numFailures", failures);
    }

    void awaitNone() {
        await("no failures", status -> 0 == (int) status.get("numFailures"));
    }

    void awaitLock() {
        await("the lock", status -> Boolean.TRUE.equals(status.get("disabled")));
    }

    Map<String, Object> status() {
        return realm.admin().attackDetection().bruteForceUserStatus(user.id());
    }

    private void await(String what, Predicate<Map<String, Object>> reached) {
        Instant deadline = Instant.now().plus(PATIENCE);
        Map<String, Object> status = status();
        while (!reached.test(status)) {
            assertThat(Instant.now()).as("%s; so far %s", what, status).isBefore(deadline);
            status = status();
        }
    }
}
