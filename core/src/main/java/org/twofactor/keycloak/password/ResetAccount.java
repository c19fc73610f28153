package org.twofactor.keycloak.password;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keycloak.events.Errors;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.twofactor.keycloak.budget.Budget;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.Budget.Grant;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.mailcode.CodeMails;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;

/**
 * The account behind an address, if its password may be reset by mail. Whoever is disabled or locked out, has no
 * password to reset, or shares the address with somebody, has none.
 */
final class ResetAccount {

    private static final String TOO_MANY = "too_many_reset_mails";

    private ResetAccount() {}

    /** Whoever has the address, whether they may reset a password or not. */
    static Optional<UserModel> byAddress(KeycloakSession session, String address) {
        RealmModel realm = session.getContext().getRealm();
        // Where several may have it, Keycloak would name one of them.
        return realm.isDuplicateEmailsAllowed()
                ? Optional.empty()
                : Optional.ofNullable(session.users().getUserByEmail(realm, address));
    }

    /**
     * The account, if it may be mailed to; its events tell either way. Those who ask have been told of limits by the
     * address that they submitted, of which the ledger forgets some when strangers flood it; this count is exact, and
     * silent.
     *
     * @param ofDevice whether a device of the user's has asked, whose own exact count is charged by then
     */
    static Optional<UserModel> thatMayGetMail(
            KeycloakSession session,
            String address,
            boolean ofDevice,
            Settings settings,
            Instant askedAt,
            ResetEvent event) {
        Optional<UserModel> user = byAddress(session, address);
        Optional<String> objection = user.flatMap(it -> objection(session, it, address, ofDevice, settings, askedAt));
        user.ifPresent(it -> objection.ifPresentOrElse(
                error -> event.failed(session, it, error), () -> event.succeeded(session, it)));
        return user.filter(it -> objection.isEmpty());
    }

    private static Optional<String> objection(
            KeycloakSession session,
            UserModel user,
            String address,
            boolean ofDevice,
            Settings settings,
            Instant askedAt) {
        if (!mayReset(session, user, address)) {
            return Optional.of(user.isEnabled() ? Errors.NOT_ALLOWED : Errors.USER_DISABLED);
        }
        if (ofDevice) {
            return Optional.empty();
        }
        RealmModel realm = session.getContext().getRealm();
        Charge charge = new Charge(BudgetKey.ofResetMailsOfUser(realm, user.getId()), settings.resetMailLimits());
        return new Budget(KeycloakStore.of(session)).take(List.of(charge), askedAt) instanceof Grant.Granted
                ? Optional.empty()
                : Optional.of(TOO_MANY);
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
