package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.HmacOTP;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * The one TOTP set-up that a user may have under way: not a credential, no good for log-in, gone at its lifespan's end.
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html">NIST SP 800-63B-4 4.1.2.2</a>
 */
final class PendingTotp {
    /** Keycloak draws each character from 59, with a SecureRandom: 28 of them hold 164 random bits. */
    private static final int SEED_CHARACTERS = 28;

    private static final String SEED = "seed";
    private static final String EXPIRES_AT = "expiresAt";
    private static final String WITH_SECOND_FACTOR = "withSecondFactor";

    private final Store store;
    private final RealmModel realm;
    private final Duration lifespan;

    PendingTotp(Store store, RealmModel realm, Duration lifespan) {
        this.store = store;
        this.realm = realm;
        this.lifespan = lifespan;
    }

    Secret start(UserModel user, boolean withSecondFactor, Instant now) {
        Secret seed = Secret.of(HmacOTP.generateSecret(SEED_CHARACTERS));
        store.put(
                key(user),
                Map.of(
                        SEED,
                        seed.reveal(),
                        EXPIRES_AT,
                        Long.toString(now.plus(lifespan).toEpochMilli()),
                        WITH_SECOND_FACTOR,
                        Boolean.toString(withSecondFactor)),
                lifespan);
        return seed;
    }

    /** Without a second factor behind it, a set-up is void once the user has one: it would get round the sudo token. */
    Optional<Secret> of(UserModel user, boolean twoFactorOn, Instant now) {
        return store.get(key(user))
                .filter(note -> now.toEpochMilli() < Long.parseLong(note.get(EXPIRES_AT)))
                .filter(note -> !twoFactorOn || Boolean.parseBoolean(note.get(WITH_SECOND_FACTOR)))
                .map(note -> Secret.of(note.get(SEED)));
    }

    /** @return true for exactly one of all who take it at the same time */
    boolean take(UserModel user) {
        return store.remove(key(user)).isPresent();
    }

    private StoreKey key(UserModel user) {
        return StoreKey.of("totp-setup", realm.getId(), user.getId());
    }
}
