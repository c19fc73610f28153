package org.twofactor.keycloak.email;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ModelDuplicateException;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.messages.Messages;
import org.keycloak.storage.ReadOnlyException;
import org.keycloak.userprofile.UserProfile;
import org.keycloak.userprofile.ValidationException;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.compat.LoginMessages;
import org.twofactor.keycloak.factor.ProvedAddress;
import org.twofactor.keycloak.guard.Admission;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.guard.Guard;
import org.twofactor.keycloak.guard.GuardKey;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.mail.MailQueue.Asker;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.mailcode.CodeMails;
import org.twofactor.keycloak.mailcode.Dispatch;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;

/**
 * Moves an account to another address, by a code that goes to the new one. Nothing changes before that code is given,
 * and nobody learns who else has an account: an address that is taken is answered like any other, and its owner is told.
 *
 * <p>Email OTP keeps its own address, where it has one. Where the account's is the factor, a transfer takes that factor and
 * moves it along.
 */
public final class EmailTransfer {
    /** As Keycloak's own validator of user profiles has it. */
    private static final String READ_ONLY = "error-user-attribute-read-only";

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final MailCodes codes;
    private final Guard guard;

    public EmailTransfer(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
        this.codes = new MailCodes(session, settings);
        this.guard = new Guard(KeycloakStore.of(session));
    }

    /** What came of asking for it. */
    public sealed interface Initiation {
        /** The same for an address that is taken. */
        record Answered(Dispatch dispatch) implements Initiation {}

        /** The realm wants no mail to that domain. */
        record Forbidden() implements Initiation {}

        /** The realm's user profile lets the user change no address. */
        record ReadOnly() implements Initiation {}

        /** @param sentence the realm's rule that the address breaks, in its own words */
        record Invalid(String sentence) implements Initiation {}
    }

    /** What came of the code. */
    public sealed interface Completion {
        record Moved() implements Completion {}

        /** Wrong, expired, used or somebody else's. */
        record Rejected() implements Completion {}

        record Throttled(Duration delay) implements Completion {}

        /** Somebody has taken the address since the code was sent. */
        record AlreadyInUse() implements Completion {}

        /** The address lives in a user storage that can't be written, or the user may not change it by now. */
        record ReadOnly() implements Completion {}

        /** @param sentence the realm's rule that the address breaks by now, in its own words */
        record Invalid(String sentence) implements Completion {}
    }

    /**
     * Mails a code to the new address, or word to whoever has it.
     *
     * @param withSecondFactor whether the caller proved one; a transfer without is void once the user has one
     */
    public Initiation initiate(UserModel user, String address, boolean withSecondFactor, MailStyle style, Instant now) {
        if (settings.forbidsMailTo(address)) {
            return new Initiation.Forbidden();
        }
        String to = CodeMails.normalised(address);
        Verdict verdict = verdict(user, to);
        if (verdict.readOnly()) {
            return new Initiation.ReadOnly();
        }
        if (verdict.sentence().isPresent()) {
            return new Initiation.Invalid(verdict.sentence().get());
        }
        CodeMails mails = new CodeMails(session, settings);
        Bound bound = new Bound(user.getId(), to, withSecondFactor);
        Dispatch dispatch = verdict.taken()
                ? mails.dispatch(Asker.KNOWN, mails.charges(user, Purpose.EMAIL_TRANSFER, to), now, entries -> {
                    // Nobody gets this code. It ends an earlier one, which would else tell that there is no new one.
                    codes.issue(slot(user), bound, now);
                    return new AddressTakenMail(realm.getId(), wordToOwner(to, style, now), entries.get(0));
                })
                : mails.send(user, Purpose.EMAIL_TRANSFER, bound, style, now);
        return new Initiation.Answered(dispatch);
    }

    /**
     * Moves the account, given the code; the address it had and the new one are told.
     *
     * @param twoFactorOn whether the user has 2FA on by now: then a transfer that began without a second factor is void
     */
    public Completion complete(UserModel user, boolean twoFactorOn, Secret code, EventBuilder event, Instant now) {
        RealmLockout lockout = new RealmLockout(session);
        if (lockout.bars(user)) {
            return new Completion.Rejected();
        }
        GuessPolicy policy = settings.guessPolicy();
        GuardKey key = GuardKey.ofEmailTransfer(realm, user);
        Admission admission = guard.admit(key, policy.withoutLock(policy.longestWait()), now);
        if (admission instanceof Refused refused) {
            return new Completion.Throttled(refused.delay());
        }
        Optional<Bound> pending = codes.bound(slot(user)).filter(bound -> !twoFactorOn || bound.withSecondFactor());
        String address = pending.map(Bound::address).orElse("");
        if (!codes.spend(slot(user), address, code, now)) {
            lockout.failed(user, FactorId.EMAIL_OTP.bruteForceCategory());
            return new Completion.Rejected();
        }
        guard.succeeded(key, (Admitted) admission);
        return move(user, address, event, now);
    }

    private static Slot slot(UserModel user) {
        return Slot.of(user.getId(), Purpose.EMAIL_TRANSFER);
    }

    private Completion move(UserModel user, String address, EventBuilder event, Instant now) {
        Optional<String> old = Optional.ofNullable(user.getEmail());
        Verdict verdict = verdict(user, address);
        if (verdict.readOnly()) {
            return new Completion.ReadOnly();
        }
        if (verdict.taken()) {
            return new Completion.AlreadyInUse();
        }
        if (verdict.sentence().isPresent()) {
            return new Completion.Invalid(verdict.sentence().get());
        }
        ProvedAddress.movesWithFactor(session);
        try {
            KeycloakCompat.updateEmail(session, event, user, verdict.profile().orElseThrow());
        } catch (ModelDuplicateException e) {
            return new Completion.AlreadyInUse();
        } catch (ReadOnlyException e) {
            return new Completion.ReadOnly();
        }
        new Notices(session, settings).emailChanged(user, old, address, now);
        return new Completion.Moved();
    }

    /**
     * What the realm's rules say of an address.
     *
     * @param profile with the address in it, where nothing is against it
     * @param readOnly whether no other address would do either
     * @param sentence the rule that it breaks
     */
    private record Verdict(Optional<UserProfile> profile, boolean readOnly, boolean taken, Optional<String> sentence) {
        static Verdict ofReadOnly() {
            return new Verdict(Optional.empty(), true, false, Optional.empty());
        }
    }

    private Verdict verdict(UserModel user, String address) {
        try {
            UserProfile profile = KeycloakCompat.profileWithEmail(session, user, address);
            // Where addresses are names and names stay, Keycloak would go on with the old one and call it a success.
            return profile.getAttributes().isReadOnly(UserModel.EMAIL)
                    ? Verdict.ofReadOnly()
                    : new Verdict(Optional.of(profile), false, false, Optional.empty());
        } catch (ValidationException e) {
            // Before anything else is said of the address: whether it is taken is not to be told by it.
            if (e.getErrors().stream().anyMatch(error -> READ_ONLY.equals(error.getMessage()))) {
                return Verdict.ofReadOnly();
            }
            List<ValidationException.Error> others = e.getErrors().stream()
                    .filter(error -> !saysTaken(error.getMessage()))
                    .toList();
            return others.isEmpty()
                    ? new Verdict(Optional.empty(), false, true, Optional.empty())
                    : new Verdict(Optional.empty(), false, false, Optional.of(sentence(user, others.get(0))));
        }
    }

    private static boolean saysTaken(String message) {
        return message.equals(Messages.EMAIL_EXISTS) || message.equals(Messages.USERNAME_EXISTS);
    }

    private String sentence(UserModel user, ValidationException.Error error) {
        return LoginMessages.text(session, user, error.getMessage(), error.getMessageParameters());
    }

    private Optional<Letter> wordToOwner(String address, MailStyle style, Instant now) {
        UserModel owner = Optional.ofNullable(session.users().getUserByEmail(realm, address))
                .orElseGet(() -> session.users().getUserByUsername(realm, address));
        return Optional.ofNullable(owner)
                .filter(it -> it.getEmail() != null)
                .map(it -> new Notices(session, settings)
                        .letter(MailKind.ADDRESS_TAKEN, it, it.getEmail(), style, Optional.empty(), now));
    }
}
