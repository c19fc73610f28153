package org.twofactor.keycloak.password;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.guard.Budget;
import org.twofactor.keycloak.guard.Budget.Charge;
import org.twofactor.keycloak.guard.BudgetKey;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mailcode.CodeMails;
import org.twofactor.keycloak.mailcode.Dispatch;
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
        return send(to, now, entry -> new ResetCodeMail(realm.getId(), to, style, settings, entry));
    }

    /** Sends Keycloak's own link. */
    public Outcome sendLink(String address, MailStyle style, Instant now) {
        String to = CodeMails.normalised(address);
        var base = session.getContext().getUri().getBaseUri();
        return send(to, now, entry -> new ResetLinkMail(realm.getId(), to, style, base, entry));
    }

    private Outcome send(String to, Instant now, Function<Budget.Entry, MailJob> job) {
        if (!realm.isResetPasswordAllowed()) {
            return new Outcome.SwitchedOff();
        }
        if (settings.forbidsMailTo(to)) {
            return new Outcome.Forbidden();
        }
        List<Charge> charges = List.of(new Charge(BudgetKey.ofResetMails(realm, to), settings.resetMailLimits()));
        return new Outcome.Answered(
                new CodeMails(session, settings).dispatch(charges, now, entries -> job.apply(entries.get(0))));
    }
}
