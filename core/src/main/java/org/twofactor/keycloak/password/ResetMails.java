package org.twofactor.keycloak.password;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailQueue.Asker;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mailcode.CodeMails;
import org.twofactor.keycloak.mailcode.Dispatch;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;

/**
 * Mails by which a forgotten password is replaced: a code, or Keycloak's own link. Anybody may ask for them, for any
 * address, so the request looks at nothing but the address itself: it is the same one for a user, for nobody, and for
 * somebody who must not reset a password. Who that is, a thread of the mail queue finds out.
 *
 * @see <a href="https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html">OWASP Forgot Password
 *     Cheat Sheet</a>
 */
public final class ResetMails {
    /**
     * Of the answer, before the queue's thread looks for the account: on a busy machine a mail that is being written beside
     * it made the answer a third slower, for users and not for others.
     */
    static final Duration HEAD_START = Duration.ofMillis(250);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;

    public ResetMails(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
    }

    /** What came of it. */
    public sealed interface Outcome {
        /** The same for every address. */
        record Answered(Dispatch dispatch) implements Outcome {}

        /** The realm wants no mail to that domain. */
        record Forbidden() implements Outcome {}

        /** The realm's switch "Forgot password" is off. */
        record SwitchedOff() implements Outcome {}
    }

    /** Sends a code, which {@link PasswordReset} takes. */
    public Outcome sendCode(String address, MailStyle style, Instant now) {
        String to = CodeMails.normalised(address);
        return send(to, now, account -> {
            // Pending for everybody from now on, so that guesses do not tell either.
            new MailCodes(session, settings).issueToNobody(Slot.ofNobody(account), to, now);
            return new ResetCodeMail(realm.getId(), to, style, settings, now, asked("password-reset-send"));
        });
    }

    /** Sends Keycloak's own link. */
    public Outcome sendLink(String address, MailStyle style, Instant now) {
        String to = CodeMails.normalised(address);
        return send(
                to,
                now,
                account -> new ResetLinkMail(realm.getId(), to, style, settings, now, asked("forgot-password")));
    }

    private ResetEvent asked(String operation) {
        return ResetEvent.of(session, EventType.SEND_RESET_PASSWORD, operation);
    }

    private Outcome send(String to, Instant now, Function<BudgetKey, MailJob> job) {
        if (!realm.isResetPasswordAllowed()) {
            return new Outcome.SwitchedOff();
        }
        if (settings.forbidsMailTo(to)) {
            return new Outcome.Forbidden();
        }
        BudgetKey account = BudgetKey.ofResetMails(RealmKey.active(session).key(), realm, to);
        List<Charge> charges = List.of(new Charge(account, settings.resetMailLimits()));
        return new Outcome.Answered(
                new CodeMails(session, settings).dispatch(Asker.ANYBODY, charges, now, entries -> job.apply(account)));
    }
}
