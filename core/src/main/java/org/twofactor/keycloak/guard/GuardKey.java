package org.twofactor.keycloak.guard;

import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;

/**
 * What guesses are counted by: realm, user and factor. Never a session, a token or a code, since whoever holds the
 * password can have any number of those.
 *
 * <p>The store is one flat namespace that all of Keycloak shares, hence the prefix.
 */
public record GuardKey(String value) {
    private static final String PREFIX = "two-factor:guess:";

    public static GuardKey ofFactor(RealmModel realm, UserModel user, FactorId factor) {
        return new GuardKey(PREFIX + realm.getId() + ":" + user.getId() + ":" + factor.wireName());
    }

    /** For the code that confirms a new address of the account. */
    public static GuardKey ofEmailTransfer(RealmModel realm, UserModel user) {
        return new GuardKey(PREFIX + realm.getId() + ":" + user.getId() + ":email-transfer");
    }

    public static GuardKey ofPassword(RealmModel realm, UserModel user) {
        return new GuardKey(PREFIX + realm.getId() + ":" + user.getId() + ":password");
    }

    /** For a name that no user has: counted as a user's would be, so that the answer does not tell. */
    public static GuardKey ofUnknownUser(RealmModel realm, String submittedName) {
        return new GuardKey(
                PREFIX + realm.getId() + ":unknown-" + Secret.of(submittedName).digest() + ":password");
    }

    String streak() {
        return value;
    }

    String slots(String streak) {
        return value + ":" + streak;
    }
}
