package org.twofactor.keycloak.password;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.device.KnownDevice;
import org.twofactor.keycloak.device.ShownDevices;
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
 * somebody who must not reset a password. Who that is, a thread of the mail queue finds out. Only a device that shows
 * itself to be the user's is counted apart.
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
    public Outcome sendCode(String address, ShownDevices devices, MailStyle style, Instant now) {
        String to = CodeMails.normalised(address);
        return send(to, devices, now, (account, ofDevice) -> {
            // Pending for everybody from now on, so that guesses do not tell either.
            new MailCodes(session, settings).issueToNobody(Slot.ofNobody(account), to, now);
            return new ResetCodeMail(realm.getId(), to, style, settings, ofDevice, now, asked("password-reset-send"));
        });
    }

    /** Sends Keycloak's own link. */
    public Outcome sendLink(String address, ShownDevices devices, MailStyle style, Instant now) {
        String to = CodeMails.normalised(address);
        return send(
                to,
                devices,
                now,
                (account, ofDevice) ->
                        new ResetLinkMail(realm.getId(), to, style, settings, ofDevice, now, asked("forgot-password")));
    }

    private ResetEvent asked(String operation) {
        return ResetEvent.of(session, EventType.SEND_RESET_PASSWORD, operation);
    }

    /** What is to be mailed. */
    private interface Job {
        /**
         * @param account by which strangers are counted
         * @param ofDevice whether a device of the user's asks
         */
        MailJob of(BudgetKey account, boolean ofDevice);
    }

    private Outcome send(String to, ShownDevices devices, Instant now, Job job) {
        if (!realm.isResetPasswordAllowed()) {
            return new Outcome.SwitchedOff();
        }
        if (settings.forbidsMailTo(to)) {
            return new Outcome.Forbidden();
        }
        BudgetKey account = BudgetKey.ofResetMails(RealmKey.active(session).key(), realm, to);
        Optional<KnownDevice> device = devices.ofAddress(to);
        BudgetKey charged = device.map(
                        it -> BudgetKey.ofResetMailsOfDevice(realm, it.user().getId(), it.id()))
                .orElse(account);
        return new Outcome.Answered(new CodeMails(session, settings)
                .dispatch(
                        device.isPresent() ? Asker.KNOWN : Asker.ANYBODY,
                        List.of(new Charge(charged, settings.resetMailLimits())),
                        now,
                        entries -> job.of(account, device.isPresent())));
    }
}
