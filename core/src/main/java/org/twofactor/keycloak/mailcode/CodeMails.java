package org.twofactor.keycloak.mailcode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.budget.Budget;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.Budget.Grant;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.mail.AfterCompletion;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.mail.MailQueue;
import org.twofactor.keycloak.mail.MailQueue.Asker;
import org.twofactor.keycloak.mail.MailServer;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.Store;

/**
 * Sends codes by mail: asks for a mail server, a place in the queue and the budget, in this order, so that what can't
 * leave costs nobody anything; then makes the code, whose mail leaves once it is known.
 */
public final class CodeMails {
    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final Store store;

    public CodeMails(KeycloakSession session, Settings settings) {
        this.session = session;
        this.store = KeycloakStore.of(session);
        this.realm = session.getContext().getRealm();
        this.settings = settings;
    }

    /** Sends a user a code for that purpose, in place of an earlier one. */
    public Dispatch send(UserModel user, Purpose purpose, Bound bound, MailStyle style, Instant now) {
        return dispatch(Asker.KNOWN, charges(user, purpose, bound.address()), now, entries -> {
            Secret code = new MailCodes(session, settings).issue(Slot.of(user.getId(), purpose), bound, now);
            Letter letter = new Letter(
                    MailKind.ofCode(purpose),
                    bound.address(),
                    user.getId(),
                    style,
                    new Letter.Code(code, settings.codeLifespan(), settings.codeInSubject()));
            store.remove(CodeMail.failure(realm.getId(), letter));
            return new CodeMail(realm.getId(), letter, entries.get(0), settings.codeLifespan());
        });
    }

    /** Whether the last code for that purpose could not be mailed, as far as that is known by now. */
    public boolean hasFailed(UserModel user, Purpose purpose) {
        return store.get(CodeMail.failure(realm.getId(), user.getId(), MailKind.ofCode(purpose)))
                .isPresent();
    }

    /** How long {@link #send} would have to wait now; zero where it need not. */
    public Duration untilNext(UserModel user, Purpose purpose, String address, Instant now) {
        return new Budget(store).untilNext(charges(user, purpose, address), now);
    }

    /** What one mail to a user is charged to; the interval comes first. */
    public List<Charge> charges(UserModel user, Purpose purpose, String address) {
        return List.of(
                new Charge(BudgetKey.ofUserAndPurpose(realm, user.getId(), purpose), List.of(settings.mailInterval())),
                new Charge(BudgetKey.ofUser(realm, user.getId()), settings.mailLimits()),
                new Charge(destination(purpose, normalised(address)), settings.mailLimits()));
    }

    private BudgetKey destination(Purpose purpose, String address) {
        return purpose == Purpose.CHALLENGE
                ? BudgetKey.ofProvedAddress(realm, address)
                : BudgetKey.ofUnprovedAddress(realm, address);
    }

    /**
     * Hands a mail to the queue when the request is committed.
     *
     * @param asker who asks for it, which decides how much of the queue there is
     * @param job made once the mail may leave, of one entry for each charge
     */
    public Dispatch dispatch(
            Asker asker, List<Charge> charges, Instant now, Function<List<Budget.Entry>, MailJob> job) {
        if (!MailServer.isConfigured(realm)) {
            return new Dispatch.NoMailServer();
        }
        Optional<MailQueue.Place> place = MailQueue.of(session).reserve(realm.getId(), asker);
        if (place.isEmpty()) {
            return new Dispatch.QueueFull();
        }
        boolean handedOver = false;
        try {
            Grant grant = new Budget(store).take(charges, now);
            if (grant instanceof Grant.Exhausted exhausted) {
                return new Dispatch.TooMany(exhausted.delay());
            }
            MailJob ready = job.apply(((Grant.Granted) grant).entries());
            MailQueue.Place taken = place.get();
            AfterCompletion.of(session, () -> taken.hand(ready), taken::release);
            handedOver = true;
            return new Dispatch.OnItsWay();
        } finally {
            if (!handedOver) {
                place.get().release();
            }
        }
    }

    /** One mailbox, one form, as Keycloak stores addresses. */
    public static String normalised(String address) {
        return address.strip().toLowerCase(Locale.ROOT);
    }
}
