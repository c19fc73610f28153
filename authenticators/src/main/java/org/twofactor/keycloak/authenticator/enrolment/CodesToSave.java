package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.SingleUseObjectProvider;

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
        return Optional.ofNullable(store().get(key()))
                .map(note -> note.get(SET))
                .filter(set -> visit.factors()
                        .recoveryCodes()
                        .setId(visit.user())
                        .filter(set::equals)
                        .isPresent());
    }

    void shown(String set) {
        store().put(key(), MEMORY.toSeconds(), Map.of(SET, set));
    }

    void saved() {
        store().remove(key());
    }

    private SingleUseObjectProvider store() {
        return visit.session().singleUseObjects();
    }

    private String key() {
        return "two-factor:codes-to-save:" + visit.authentication().getRealm().getId() + ":"
                + visit.user().getId();
    }
}
