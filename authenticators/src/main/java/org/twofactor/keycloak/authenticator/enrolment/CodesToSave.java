package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * Recovery codes that a page has shown and of which nobody has said yet that they are saved. Kept for the user and not
 * for the log-in: who must get codes gets them, restart or not. It names the set and holds no code.
 */
record CodesToSave(Visit visit) {
    /** Longer than most stay away. After that, codes that were never saved are taken for saved. */
    private static final Duration MEMORY = Duration.ofDays(90);

    private static final String SET = "set";

    /** The set, as long as it is still the user's. */
    Optional<String> set() {
        return store().get(key())
                .map(note -> note.get(SET))
                .filter(set -> visit.factors()
                        .recoveryCodes()
                        .setId(visit.user())
                        .filter(set::equals)
                        .isPresent());
    }

    void shown(String set) {
        store().put(key(), Map.of(SET, set), MEMORY);
    }

    void saved() {
        store().remove(key());
    }

    private Store store() {
        return KeycloakStore.of(visit.session());
    }

    private StoreKey key() {
        return StoreKey.of(
                "codes-to-save",
                visit.authentication().getRealm().getId(),
                visit.user().getId());
    }
}
