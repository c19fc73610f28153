package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.HmacOTP;
import org.twofactor.keycloak.code.Secret;

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

    private final KeycloakSession session;
    private final Duration lifespan;

    PendingTotp(KeycloakSession session, Duration lifespan) {
        this.session = session;
        this.lifespan = lifespan;
    }

    Secret start(UserModel user, boolean withSecondFactor, Instant now) {
        Secret seed = Secret.of(HmacOTP.generateSecret(SEED_CHARACTERS));
        session.singleUseObjects()
                .put(
                        key(user),
                        lifespan.toSeconds(),
                        Map.of(
                                SEED,
                                seed.reveal(),
                                EXPIRES_AT,
                                Long.toString(now.plus(lifespan).toEpochMilli()),
                                WITH_SECOND_FACTOR,
                                Boolean.toString(withSecondFactor)));
        return seed;
    }

    /** Without a second factor behind it, a set-up is void once the user has one: it would get round the sudo token. */
    Optional<Secret> of(UserModel user, boolean twoFactorOn, Instant now) {
        return Optional.ofNullable(session.singleUseObjects().get(key(user)))
                .filter(note -> now.toEpochMilli() < Long.parseLong(note.get(EXPIRES_AT)))
                .filter(note -> !twoFactorOn || Boolean.parseBoolean(note.get(WITH_SECOND_FACTOR)))
                .map(note -> Secret.of(note.get(SEED)));
    }

    /** @return true for exactly one of all who take it at the same time */
    boolean take(UserModel user) {
        return session.singleUseObjects().remove(key(user)) != null;
    }

    private String key(UserModel user) {
        return "two-factor:totp-setup:" + session.getContext().getRealm().getId() + ":" + user.getId();
    }
}
