package org.twofactor.keycloak.authenticator;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.factor.MailedFactor;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mail.MaskedAddress;
import org.twofactor.keycloak.mailcode.Dispatch;

/**
 * Asks for a code that is mailed. The mail leaves when the user has come to this step by choice, or has no other, and
 * only while no code that was mailed before can still be given: back, refresh and a second tab send no other. Whoever
 * wants another asks for it, by a button that works without scripts.
 */
abstract class MailCodeFormAuthenticator extends CodeFormAuthenticator {
    private static final String TEMPLATE = "two-factor-email-otp-form.ftl";

    /** The button that sends a code. */
    private static final String SEND = "send";

    /** By which Keycloak's page of other ways says which one was chosen. */
    private static final String CHOSEN = "authenticationExecution";

    private static final Set<String> RECOVERY_FORMS =
            Set.of(RecoveryCodeFormAuthenticatorFactory.PROVIDER_ID, "auth-recovery-authn-code-form");

    @Override
    final FactorId id() {
        return FactorId.EMAIL_OTP;
    }

    @Override
    abstract MailedFactor factor(AuthenticationFlowContext context, Factors factors);

    @Override
    final CodePage page(AuthenticationFlowContext context) {
        MailedFactor factor = mailed(context);
        UserModel user = context.getUser();
        CodePage page = new CodePage(context, TEMPLATE)
                .wrongCode("two-factor-error-wrong-mail-code")
                .with("twoFactorSent", factor.isChallenged(user, now()));
        factor.address(user)
                .ifPresent(address -> page.with("twoFactorAddress", LeftToRight.of(MaskedAddress.of(address))));
        factor.untilNextChallenge(user, now())
                .filter(wait -> !wait.isZero())
                .ifPresent(wait -> page.withWait("twoFactorResend", wait));
        return page;
    }

    @Override
    public final void authenticate(AuthenticationFlowContext context) {
        MailedFactor factor = mailed(context);
        UserModel user = context.getUser();
        if (factor.address(user).isEmpty()) {
            page(context).showNotAvailable();
        } else if (factor.hasFailed(user)) {
            page(context).showNotSent();
        } else if (factor.canBeAnswered(user, now()) || !hasCome(context) || isBlocked(context)) {
            super.authenticate(context);
        } else {
            send(context, "");
        }
    }

    @Override
    final void posted(AuthenticationFlowContext context) {
        if (context.getHttpRequest().getDecodedFormParameters().containsKey(SEND)) {
            resend(context);
        } else {
            super.posted(context);
        }
    }

    private void resend(AuthenticationFlowContext context) {
        if (isBlocked(context)) {
            super.authenticate(context);
        } else {
            send(context, "two-factor-email-otp-form-resent");
        }
    }

    /** By choice, or because there is no other way but the one for the day when the phone is lost. */
    private static boolean hasCome(AuthenticationFlowContext context) {
        String chosen = context.getHttpRequest().getDecodedFormParameters().getFirst(CHOSEN);
        return context.getExecution().getId().equals(chosen)
                || context.getAuthenticationSelections().stream()
                        .map(way -> way.getAuthenticationExecution().getAuthenticator())
                        .allMatch(way ->
                                way.equals(context.getExecution().getAuthenticator()) || RECOVERY_FORMS.contains(way));
    }

    /** A code that would not be looked at is not worth a mail. */
    private boolean isBlocked(AuthenticationFlowContext context) {
        return !mailed(context).untilNextGuess(context.getUser(), now()).isZero();
    }

    private void send(AuthenticationFlowContext context, String whenSent) {
        Optional<Dispatch> dispatch =
                mailed(context).challenge(context.getUser(), MailStyle.of(context.getSession()), now());
        if (dispatch.isEmpty()) {
            page(context).showNotAvailable();
            return;
        }
        dispatch.get().through(new SentDoor(context, whenSent));
    }

    /** What the page says to a mail that was asked for. */
    private final class SentDoor implements Dispatch.Door<Void> {
        private final AuthenticationFlowContext context;
        private final String whenSent;

        SentDoor(AuthenticationFlowContext context, String whenSent) {
            this.context = context;
            this.whenSent = whenSent;
        }

        @Override
        public Void onItsWay() {
            event().success();
            page(context)
                    .with("twoFactorSent", true)
                    .with("twoFactorNews", whenSent)
                    .show();
            return null;
        }

        @Override
        public Void tooMany(Duration delay) {
            event().detail(Details.REASON, "TOO_MANY_OTP_EMAILS").error("too_many_otp_emails");
            page(context).showTooManyMails(delay);
            return null;
        }

        @Override
        public Void queueFull() {
            event().detail(Details.REASON, "MAIL_QUEUE_FULL").error("mail_queue_full");
            page(context).showNotSent();
            return null;
        }

        @Override
        public Void noMailServer() {
            event().detail(Details.REASON, "UNABLE_TO_SEND_MAIL").error("unable_to_send_mail");
            page(context).showNotSent();
            return null;
        }

        private EventBuilder event() {
            return context.getEvent()
                    .clone()
                    .event(EventType.SEND_VERIFY_EMAIL)
                    .user(context.getUser())
                    .detail(Details.CREDENTIAL_TYPE, id().credentialType());
        }
    }

    private MailedFactor mailed(AuthenticationFlowContext context) {
        return factor(context, factors(context));
    }
}
