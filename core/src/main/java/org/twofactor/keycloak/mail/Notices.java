package org.twofactor.keycloak.mail;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.budget.Budget;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.Budget.Grant;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.settings.Limit;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;

/**
 * Tells users by mail what has happened to their account: when, through which app, and what to do if it was not they.
 *
 * <p>A notice leaves once the request is over, and never fails or delays what it tells of: where there is no mail
 * server, no address or no place in the queue, it is dropped, and the queue's metric says so. So is what is beyond the
 * limit of its kind, user and address: what can be caused in a loop must neither fill a mailbox nor the queue.
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html">NIST SP 800-63B-4 4.6 Account Notifications</a>
 */
public final class Notices {
    private static final Logger LOG = Logger.getLogger(Notices.class);

    /** For each kind, user and address. */
    private static final Limit LIMIT = new Limit(5, Duration.ofHours(1));

    /** All codes of a set, so that the warning that few are left is among them. */
    private static final Limit USED_RECOVERY_CODES = new Limit(10, Duration.ofHours(1));

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;

    public Notices(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
    }

    public void factorEnabled(UserModel user, FactorId factor, Instant now) {
        whenCommitted(MailKind.FACTOR_ENABLED, user, Optional.of(factor), now);
    }

    /** Written now, while it is known where it goes; told when what comes back is run, and the request is committed. */
    public Runnable factorAboutToBeDisabled(UserModel user, FactorId factor, Instant now) {
        Optional<Letter> letter =
                address(user).map(to -> letter(MailKind.FACTOR_DISABLED, user, to, Optional.of(factor), now));
        return () -> letter.ifPresent(it -> whenCommitted(it, now));
    }

    /** The same where an administrator does it: app and IP address of the request are theirs, and not the user's to read. */
    public Runnable factorAboutToBeTakenAway(UserModel user, FactorId factor, Instant now) {
        Optional<Letter> letter = address(user)
                .map(to -> letter(
                        MailKind.FACTOR_DISABLED,
                        user,
                        to,
                        MailStyle.of(session),
                        new Letter.Notice(
                                user.getUsername(), now, Optional.empty(), Optional.empty(), Optional.of(factor))));
        return () -> letter.ifPresent(it -> whenCommitted(it, now));
    }

    /** The lock has a transaction of its own: it holds whatever becomes of the request. */
    public void factorLocked(UserModel user, FactorId factor, Instant now) {
        inAnyCase(MailKind.FACTOR_LOCKED, user, Optional.of(factor), now);
    }

    public void recoveryCodesReset(UserModel user, Instant now) {
        whenCommitted(MailKind.RECOVERY_CODES_RESET, user, Optional.empty(), now);
    }

    /** The code is struck off in a transaction of its own: it is spent whatever becomes of the request. */
    public void recoveryCodeUsed(UserModel user, int remaining, Instant now) {
        inAnyCase(MailKind.RECOVERY_CODE_USED, user, Optional.of(remaining), now);
    }

    public void passwordChanged(UserModel user, Instant now) {
        whenCommitted(MailKind.PASSWORD_CHANGED, user, Optional.empty(), now);
    }

    public void deviceTrusted(UserModel user, Instant until, Instant now) {
        whenCommitted(MailKind.DEVICE_TRUSTED, user, Optional.of(until), now);
    }

    /** To the old address and to the new one. */
    public void emailChanged(UserModel user, Optional<String> oldAddress, String newAddress, Instant now) {
        oldAddress.ifPresent(
                old -> whenCommitted(letter(MailKind.EMAIL_CHANGED, user, old, Optional.of(newAddress), now), now));
        whenCommitted(letter(MailKind.EMAIL_CHANGED, user, newAddress, Optional.of(newAddress), now), now);
    }

    /** A letter for {@link NoticeMail}, about the request that is under way. */
    public Letter letter(
            MailKind kind, UserModel user, String address, MailStyle style, Optional<Object> detail, Instant now) {
        Letter.Notice notice = new Letter.Notice(user.getUsername(), now, client(), ipAddress(), detail);
        return letter(kind, user, address, style, notice);
    }

    private Letter letter(MailKind kind, UserModel user, String address, Optional<Object> detail, Instant now) {
        return letter(kind, user, address, MailStyle.of(session), detail, now);
    }

    private Letter letter(MailKind kind, UserModel user, String address, MailStyle style, Letter.Notice notice) {
        return new Letter(kind, address, user.getId(), style.asNotice(realm), notice);
    }

    private void whenCommitted(MailKind kind, UserModel user, Optional<Object> detail, Instant now) {
        address(user).ifPresent(to -> whenCommitted(letter(kind, user, to, detail, now), now));
    }

    private void whenCommitted(Letter letter, Instant now) {
        MailQueue queue = MailQueue.of(session);
        if (wanted()) {
            AfterCompletion.of(session, () -> enqueue(queue, letter, now), () -> {});
        }
    }

    private void inAnyCase(MailKind kind, UserModel user, Optional<Object> detail, Instant now) {
        MailQueue queue = MailQueue.of(session);
        if (wanted()) {
            address(user).map(to -> letter(kind, user, to, detail, now)).ifPresent(letter -> {
                Runnable enqueue = () -> enqueue(queue, letter, now);
                AfterCompletion.of(session, enqueue, enqueue);
            });
        }
    }

    private boolean wanted() {
        return settings.notices() && MailServer.isConfigured(realm);
    }

    /** A place comes first, as for every mail: what finds none is not counted. */
    private void enqueue(MailQueue queue, Letter letter, Instant now) {
        String kind = letter.kind().id();
        Optional<MailQueue.Place> place = queue.reserve(realm.getId(), MailQueue.Asker.KNOWN);
        if (place.isEmpty()) {
            LOG.errorf("two-factor: the mail queue is full, a notice (%s) was dropped", kind);
            MailMetrics.count(letter.kind(), MailMetrics.Outcome.DROPPED);
            return;
        }
        try {
            if (new Budget(KeycloakStore.of(session)).take(List.of(charge(letter)), now) instanceof Grant.Granted) {
                place.get().hand(new NoticeMail(realm.getId(), letter));
            } else {
                LOG.debugf("two-factor: enough notices of their kind, another (%s) was left out", kind);
                MailMetrics.count(letter.kind(), MailMetrics.Outcome.LIMITED);
            }
        } catch (RuntimeException e) {
            // What it tells of has happened, and stays.
            LOG.errorf(e, "two-factor: notices can't be counted, one (%s) was dropped", kind);
            MailMetrics.count(letter.kind(), MailMetrics.Outcome.DROPPED);
        } finally {
            place.get().release();
        }
    }

    private Charge charge(Letter letter) {
        MailKind kind = letter.kind();
        return new Charge(
                BudgetKey.ofNotices(
                        realm,
                        letter.userId(),
                        kind.id(),
                        letter.address().strip().toLowerCase(Locale.ROOT)),
                List.of(kind == MailKind.RECOVERY_CODE_USED ? USED_RECOVERY_CODES : LIMIT));
    }

    private static Optional<String> address(UserModel user) {
        return Optional.ofNullable(user.getEmail())
                .filter(email -> !email.isBlank())
                .or(() -> EnrolledAddress.of(user));
    }

    private Optional<String> client() {
        return Optional.ofNullable(session.getContext().getClient()).map(Notices::name);
    }

    private static String name(ClientModel client) {
        String name = client.getName();
        // Keycloak's own clients have a message key of its consoles for a name.
        return name == null || name.isBlank() || name.startsWith("${") ? client.getClientId() : name;
    }

    private Optional<String> ipAddress() {
        KeycloakContext context = session.getContext();
        return Optional.ofNullable(context.getConnection()).map(connection -> connection.getRemoteHost());
    }
}
