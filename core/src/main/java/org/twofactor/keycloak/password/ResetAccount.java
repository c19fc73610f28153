package org.twofactor.keycloak.password;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.mailcode.CodeMails;

/**
 * The account behind an address, if its password may be reset by mail. Whoever is disabled or locked out, has no
 * password to reset, or shares the address with somebody, has none.
 */
final class ResetAccount {

    private ResetAccount() {}

    static Optional<UserModel> of(KeycloakSession session, String address) {
        RealmModel realm = session.getContext().getRealm();
        // Where several may have it, Keycloak would name one of them.
        return realm.isDuplicateEmailsAllowed()
                ? Optional.empty()
                : Optional.ofNullable(session.users().getUserByEmail(realm, address))
                        .filter(user -> mayReset(session, user, address));
    }

    /** @param address normalised; a database or directory may have found the user by one that it holds for the same */
    static boolean mayReset(KeycloakSession session, UserModel user, String address) {
        return !session.getContext().getRealm().isDuplicateEmailsAllowed()
                && user.getServiceAccountClientLink() == null
                && user.getEmail() != null
                && address.equals(CodeMails.normalised(user.getEmail()))
                && !new RealmLockout(session).bars(user)
                && user.credentialManager().isConfiguredFor(PasswordCredentialModel.TYPE);
    }
}
