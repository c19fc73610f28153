package org.twofactor.keycloak.password;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.budget.Budget;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.Budget.Grant;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.device.KnownDevice;
import org.twofactor.keycloak.device.ShownDevices;
import org.twofactor.keycloak.mailcode.CodeMails;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.mailcode.MailCodes.Turn;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;

/**
 * Replaces a forgotten password by the code that {@link ResetMails} has mailed. It is open to everybody: a code stands
 * five guesses, an account fifty a day, a realm so many wrong ones an hour, and none of it ever locks the log-in. A device
 * on which the user has logged in before has such counts of its own. Until a guess is right, nobody looks whether
 * there is such an account: for one that there is not, a code is pending too, which nobody got.
 *
 * <p>It gives no tokens, leaves second factors as they are, and ends the sessions of the account.
 */
public final class PasswordReset {
    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final MailCodes codes;
    private final Budget budget;

    public PasswordReset(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
        this.codes = new MailCodes(session, settings);
        this.budget = new Budget(KeycloakStore.of(session));
    }

    /** What came of it. */
    public sealed interface Outcome {
        /** The code is right; by {@link #update}, the password is set. */
        record Done(UserModel user) implements Outcome {}

        /** Wrong, expired, used, guessed at too often, or no such account: nobody is told which. */
        record Rejected() implements Outcome {}

        /** The realm has seen too many wrong codes in the last hour, from everywhere but known devices. */
        record Throttled(Duration delay) implements Outcome {}

        /** @param sentence the realm's policy in its own words; the code stays usable */
        record Refused(UserModel user, String sentence) implements Outcome {}

        /** The password lives in a user storage that can't be written. */
        record ReadOnly(UserModel user) implements Outcome {}
    }

    /** Looks at a code, which stays usable. */
    public Outcome validate(String address, Secret code, ShownDevices devices, Instant now) {
        ResetEvent event = asked(EventType.CUSTOM_REQUIRED_ACTION, "password-reset-validate");
        return guess(CodeMails.normalised(address), code, devices, now, event, guess -> {
            doNotCount(guess, now);
            return new Outcome.Done(guess.user());
        });
    }

    /** Spends the code, and sets the password if the realm's policy has nothing against it. */
    public Outcome update(String address, Secret code, Secret password, ShownDevices devices, Instant now) {
        ResetEvent event = asked(EventType.UPDATE_CREDENTIAL, "password-reset");
        return guess(CodeMails.normalised(address), code, devices, now, event, guess -> update(guess, password, now));
    }

    private Outcome update(RightGuess guess, Secret password, Instant now) {
        NewPassword newPassword = new NewPassword(session, settings);
        Optional<String> complaint = newPassword.complaint(guess.user(), password);
        if (complaint.isPresent()) {
            // It counts: the password history must not be asked without end which one is the old password.
            return new Outcome.Refused(guess.user(), complaint.get());
        }
        doNotCount(guess, now);
        if (!guess.turn().take()) {
            return new Outcome.Rejected();
        }
        NewPassword.Outcome set = newPassword.set(guess.user(), password, Optional.empty(), now);
        if (set instanceof NewPassword.Outcome.Refused refused) {
            return new Outcome.Refused(guess.user(), refused.sentence());
        }
        return set instanceof NewPassword.Outcome.Set
                ? new Outcome.Done(guess.user())
                : new Outcome.ReadOnly(guess.user());
    }

    /**
     * A guess that was right.
     *
     * @param ofDay what it was counted by
     */
    private record RightGuess(UserModel user, Turn turn, Budget.Entry ofDay) {}

    private ResetEvent asked(EventType type, String operation) {
        return ResetEvent.of(session, type, operation);
    }

    private Outcome guess(
            String address,
            Secret code,
            ShownDevices devices,
            Instant now,
            ResetEvent event,
            Function<RightGuess, Outcome> whenRight) {
        if (!realm.isResetPasswordAllowed()) {
            return new Outcome.Rejected();
        }
        Optional<KnownDevice> device = devices.ofAddress(address);
        List<Charge> ofRealm = device.isPresent()
                ? List.of()
                : List.of(new Charge(BudgetKey.ofResetFailures(realm), List.of(settings.resetFailureLimit())));
        // Before anything else, so that it is the same whether or not there is a code.
        Duration wait = budget.untilNext(ofRealm, now);
        if (!wait.isZero()) {
            return throttled(wait);
        }
        // First the turn, which a burst of guesses gets five of; only those are worth one of the day's fifty.
        SecretKey key = RealmKey.active(session).key();
        Slot nobodys = Slot.ofNobody(BudgetKey.ofResetMails(key, realm, address));
        Optional<Turn> turn =
                codes.turnAtFirst(List.of(Slot.ofAddress(address), nobodys), device.map(KnownDevice::id), now);
        if (turn.isEmpty()) {
            return new Outcome.Rejected();
        }
        // Whoever has the address, if somebody has it.
        WrongResetCode wrong = new WrongResetCode(realm.getId(), address, event);
        BudgetKey account = device.map(
                        it -> BudgetKey.ofResetGuessesOfDevice(realm, it.user().getId(), it.id()))
                .orElseGet(() -> BudgetKey.ofResetGuesses(key, realm, address));
        List<Charge> ofDay = List.of(new Charge(account, List.of(settings.resetGuessLimit())));
        if (!(budget.take(Stream.concat(ofDay.stream(), ofRealm.stream()).toList(), now)
                instanceof Grant.Granted granted)) {
            if (budget.untilNext(ofDay, now).isZero()) {
                return throttled(atLeastASecond(ofRealm, now));
            }
            wrong.tell(session);
            return new Outcome.Rejected();
        }
        if (!turn.get().isRight(address, code)) {
            ResetMetrics.count(realm, ResetMetrics.Outcome.WRONG);
            wrong.tell(session);
            return new Outcome.Rejected();
        }
        ResetMetrics.count(realm, ResetMetrics.Outcome.RIGHT);
        granted.entries().stream().skip(1).forEach(entry -> budget.giveBack(entry, now));
        // The account as it is now: it may have been disabled, or have another address, since the code was sent.
        Optional<RightGuess> right = Optional.ofNullable(
                        session.users().getUserById(realm, turn.get().bound().userId()))
                .filter(user -> ResetAccount.mayReset(session, user, address))
                .map(user -> new RightGuess(user, turn.get(), granted.entries().get(0)));
        if (right.isEmpty()) {
            wrong.tell(session);
        }
        return right.map(whenRight).orElseGet(Outcome.Rejected::new);
    }

    /** Nothing is left to wait for where it was only that others kept the count busy for a moment. */
    private Duration atLeastASecond(List<Charge> charges, Instant now) {
        Duration wait = budget.untilNext(charges, now);
        return wait.isZero() ? Duration.ofSeconds(1) : wait;
    }

    private Outcome throttled(Duration wait) {
        ResetMetrics.count(realm, ResetMetrics.Outcome.LIMITED);
        return new Outcome.Throttled(wait);
    }

    private void doNotCount(RightGuess guess, Instant now) {
        budget.giveBack(guess.ofDay(), now);
    }
}
