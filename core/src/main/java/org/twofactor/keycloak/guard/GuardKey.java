package org.twofactor.keycloak.guard;

import java.time.Duration;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.store.StoreKey;

/**
 * What guesses are counted by: realm, user and factor. Never a session, a token or a code, since whoever holds the
 * password can have any number of those.
 *
 * @param memory after how long without any guess the streak is forgotten
 */
public record GuardKey(StoreKey value, Duration memory) {
    private static final String KIND = "guess";

    /** Ten times what the 100 guesses take that lock a factor, at the longest wait. */
    private static final Duration FACTOR_MEMORY = Duration.ofDays(40);

    /**
     * Passwords never lock, and anybody can have names counted that nobody has: a day is more than a hundred times the
     * longest wait. It is the same for all names, or it would tell which are users.
     */
    static final Duration PASSWORD_MEMORY = Duration.ofDays(1);

    public static GuardKey ofFactor(RealmModel realm, UserModel user, FactorId factor) {
        return new GuardKey(StoreKey.of(KIND, realm.getId(), user.getId(), factor.wireName()), FACTOR_MEMORY);
    }

    /** For the code that confirms a new address of the account. */
    public static GuardKey ofEmailTransfer(RealmModel realm, UserModel user) {
        return new GuardKey(StoreKey.of(KIND, realm.getId(), user.getId(), "email-transfer"), FACTOR_MEMORY);
    }

    /** For passwords that come from anywhere. */
    public static GuardKey ofPassword(RealmModel realm, UserModel user) {
        return new GuardKey(StoreKey.of(KIND, realm.getId(), user.getId(), "password"), PASSWORD_MEMORY);
    }

    /**
     * For passwords that come from a device of the user's.
     *
     * @param device one of as many as there were log-ins
     */
    public static GuardKey ofPassword(RealmModel realm, UserModel user, String device) {
        return new GuardKey(StoreKey.of(KIND, realm.getId(), user.getId(), "password", device), PASSWORD_MEMORY);
    }
}
