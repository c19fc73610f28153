package org.twofactor.keycloak.guard;

import java.util.Set;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.compat.KeycloakCompat;

/**
 * The realm's own brute force detection, where it is on: our failures count there, and whom it has locked we refuse.
 *
 * <p>Our guard does not rest on it: it counts in the background and lets a burst through.
 */
public final class RealmLockout {
    private final KeycloakSession session;
    private final RealmModel realm;

    public RealmLockout(KeycloakSession session) {
        this.session = session;
        this.realm = session.getContext().getRealm();
    }

    /** Whether the user is disabled, or locked by the realm for the moment or for good. */
    public boolean bars(UserModel user) {
        return !user.isEnabled() || locks(user);
    }

    /** Whether the realm's detection is on and has locked the user. */
    public boolean locks(UserModel user) {
        return realm.isBruteForceProtected() && KeycloakCompat.lockedOut(session, realm, user);
    }

    public void failed(UserModel user, String category) {
        if (realm.isBruteForceProtected()) {
            KeycloakCompat.reportFailure(session, realm, user, Set.of(category));
        }
    }

    public void succeeded(UserModel user, String category) {
        if (realm.isBruteForceProtected()) {
            KeycloakCompat.reportSuccess(session, realm, user, Set.of(category));
        }
    }
}
