package org.twofactor.keycloak.password;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.guard.Budget;
import org.twofactor.keycloak.guard.Budget.Charge;
import org.twofactor.keycloak.guard.Budget.Grant;
import org.twofactor.keycloak.guard.BudgetKey;
import org.twofactor.keycloak.mailcode.CodeMails;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;

/**
 * Replaces a forgotten password by the code that {@link ResetMails} has mailed. It is open to everybody: a code stands
 * five guesses, an account fifty a day, and neither ever locks the log-in. Until a guess is right, nobody looks whether
 * there is such an account; for one that there is not, the same is done.
 *
 * <p>It gives no tokens, leaves second factors as they are, and ends the sessions of the account.
 */
public final class PasswordReset {
    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final MailCodes codes;

    public PasswordReset(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
        this.codes = new MailCodes(session, settings);
    }

    /** What came of it. */
    public sealed interface Outcome {
        /** The code is right; by {@link #update}, the password is set. */
        record Done(UserModel user) implements Outcome {}

        /** Wrong, expired, used, guessed at too often, or no such account: nobody is told which. */
        record Rejected() implements Outcome {}

        /** @param sentence the realm's policy in its own words; the code stays usable */
        record Refused(String sentence) implements Outcome {}

        /** The password lives in a user storage that can't be written. */
        record ReadOnly() implements Outcome {}
    }

    /** Looks at a code, which stays usable. */
    public Outcome validate(String address, Secret code, Instant now) {
        return account(CodeMails.normalised(address), code, now)
                .<Outcome>map(Outcome.Done::new)
                .orElseGet(Outcome.Rejected::new);
    }

    /** Spends the code, and sets the password if the realm's policy has nothing against it. */
    public Outcome update(String address, Secret code, Secret password, Instant now) {
        String to = CodeMails.normalised(address);
        Optional<UserModel> account = account(to, code, now);
        if (account.isEmpty()) {
            return new Outcome.Rejected();
        }
        UserModel user = account.get();
        NewPassword newPassword = new NewPassword(session, settings);
        Optional<String> complaint = newPassword.complaint(user, password);
        if (complaint.isPresent()) {
            return new Outcome.Refused(complaint.get());
        }
        if (!codes.take(Slot.ofAddress(to))) {
            return new Outcome.Rejected();
        }
        NewPassword.Outcome set = newPassword.set(user, password, Optional.empty(), now);
        if (set instanceof NewPassword.Outcome.Refused refused) {
            return new Outcome.Refused(refused.sentence());
        }
        return set instanceof NewPassword.Outcome.Set ? new Outcome.Done(user) : new Outcome.ReadOnly();
    }

    private Optional<UserModel> account(String address, Secret code, Instant now) {
        if (!realm.isResetPasswordAllowed()) {
            return Optional.empty();
        }
        Budget budget = new Budget(session);
        Grant grant = budget.take(
                List.of(new Charge(BudgetKey.ofResetGuesses(realm, address), List.of(settings.resetGuessLimit()))),
                now);
        if (!(grant instanceof Grant.Granted granted)) {
            return Optional.empty();
        }
        Slot slot = Slot.ofAddress(address);
        if (!codes.isRight(slot, address, code, now)) {
            return Optional.empty();
        }
        granted.entries().forEach(budget::giveBack);
        // The account as it is now: it may have been disabled, or have another address, since the code was sent.
        return codes.bound(slot)
                .map(Bound::userId)
                .map(id -> session.users().getUserById(realm, id))
                .filter(user -> ResetAccount.mayReset(session, user, address));
    }
}
