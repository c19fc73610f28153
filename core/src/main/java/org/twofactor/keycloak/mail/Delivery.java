package org.twofactor.keycloak.mail;

import jakarta.mail.AuthenticationFailedException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jboss.logging.Logger;
import org.keycloak.email.EmailException;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.twofactor.keycloak.mail.MailMetrics.Outcome;

/** What a thread of the queue does for one mail: write it, send it, and tell of its failure. */
final class Delivery {
    private static final Logger LOG = Logger.getLogger(Delivery.class);
    private static final int FIRST_PERMANENT_REPLY = 500;
    private static final Pattern REPLY = Pattern.compile("^[2-5]\\d\\d(?!\\d)");

    private final KeycloakSessionFactory factory;

    Delivery(KeycloakSessionFactory factory) {
        this.factory = factory;
    }

    /** What came of one attempt. */
    enum Attempt {
        DONE,
        /** It may go better later. */
        FAILED,
        /** The SMTP server will never take it (a 5xx reply). */
        REFUSED
    }

    /** @param giveBack of the mail's place in the queue */
    Mail of(MailJob job, Runnable giveBack) {
        return new Mail(job, giveBack);
    }

    private enum State {
        WAITING,
        UNDER_WAY,
        ENDED
    }

    /** One mail on its way. At any moment at most one thread is at it. */
    final class Mail {
        private final MailJob job;
        private final Runnable giveBack;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private volatile Optional<Letter> letter = Optional.empty();
        private volatile boolean written;

        private Mail(MailJob job, Runnable giveBack) {
            this.job = job;
            this.giveBack = giveBack;
        }

        String realmId() {
            return job.realmId();
        }

        /** @return false where somebody else is at it, or it has ended */
        boolean begin() {
            return state.compareAndSet(State.WAITING, State.UNDER_WAY);
        }

        void pause() {
            state.compareAndSet(State.UNDER_WAY, State.WAITING);
        }

        /** For whoever has ended it, once. */
        void leave() {
            giveBack.run();
        }

        /** @return true for exactly one of those who end it */
        boolean end() {
            return state.getAndSet(State.ENDED) != State.ENDED;
        }

        Attempt send() {
            if (!written) {
                // Committed before the mail leaves, so that no code arrives that is not known yet.
                Optional<Optional<Letter>> found = inRealm(job::write);
                if (found.isEmpty()) {
                    return dropped();
                }
                letter = found.get();
                written = true;
            }
            if (letter.isEmpty()) {
                return Attempt.DONE;
            }
            return inRealm(own -> deliver(own, letter.get())).orElseGet(this::dropped);
        }

        /** The realm is gone, and with it whoever would have read the mail. */
        private Attempt dropped() {
            MailMetrics.count(job.kind(), Outcome.DROPPED);
            return Attempt.DONE;
        }

        private Attempt deliver(KeycloakSession own, Letter ready) {
            try {
                MailMetrics.count(job.kind(), new Wording(own, ready).send() ? Outcome.SENT : Outcome.DROPPED);
                return Attempt.DONE;
            } catch (EmailException e) {
                MailMetrics.count(job.kind(), Outcome.ATTEMPT_FAILED);
                boolean permanent = isPermanent(e);
                LOG.warnf(
                        "two-factor: a mail (%s) could not be sent%s: %s",
                        this, permanent ? ", and never will" : "", causes(e));
                return permanent ? Attempt.REFUSED : Attempt.FAILED;
            }
        }

        /** Tells by event, metric and log that the mail has failed for good. */
        void abandon(String reason) {
            MailMetrics.count(job.kind(), Outcome.FAILED);
            LOG.errorf("two-factor: a mail (%s) was not sent: %s", this, reason);
            try {
                inRealm(own -> {
                    tell(own, reason);
                    job.abandoned(own);
                    return true;
                });
            } catch (RuntimeException e) {
                // As when the server stops and the database is gone already: the line above has said it.
                LOG.warnf(
                        "two-factor: no event could be stored of that (%s)",
                        e.getClass().getSimpleName());
            }
        }

        private void tell(KeycloakSession own, String reason) {
            EventBuilder event = new EventBuilder(own.getContext().getRealm(), own)
                    .event(job.kind().eventType())
                    .detail("two_factor_mail", job.kind().id());
            letter.map(Letter::userId).or(job::userId).ifPresent(event::user);
            event.error(reason);
        }

        private <T> Optional<T> inRealm(Function<KeycloakSession, T> work) {
            return KeycloakModelUtils.runJobInTransactionWithResult(factory, own -> {
                RealmModel realm = own.realms().getRealm(job.realmId());
                if (realm == null) {
                    return Optional.<T>empty();
                }
                own.getContext().setRealm(realm);
                return Optional.ofNullable(work.apply(own));
            });
        }

        @Override
        public String toString() {
            return job.kind().id() + " of realm " + job.realmId();
        }
    }

    private static boolean isPermanent(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (reply(cause) >= FIRST_PERMANENT_REPLY) {
                return true;
            }
            if (cause instanceof jakarta.mail.MessagingException chained
                    && chained.getNextException() != null
                    && chained.getNextException() != chained.getCause()
                    && isPermanent(chained.getNextException())) {
                return true;
            }
        }
        return false;
    }

    private static int reply(Throwable e) {
        if (e instanceof SMTPAddressFailedException address) {
            return address.getReturnCode();
        }
        if (e instanceof SMTPSenderFailedException sender) {
            return sender.getReturnCode();
        }
        if (e instanceof AuthenticationFailedException refused) {
            return leadingReply(refused.getMessage());
        }
        return e instanceof SMTPSendFailedException send ? send.getReturnCode() : 0;
    }

    /**
     * A wrong password is the same one at the next attempt, and servers lock accounts that try it: 535, 534, 538 or 504. A
     * 454 is none, and a connection that breaks has no reply.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc4954#section-6">RFC 4954 6, Status Codes</a>
     */
    private static int leadingReply(String message) {
        Matcher reply = REPLY.matcher(message == null ? "" : message);
        return reply.find() ? Integer.parseInt(reply.group()) : 0;
    }

    /** Classes alone: a message may quote the address, or worse. */
    private static String causes(Throwable e) {
        StringBuilder names = new StringBuilder(e.getClass().getSimpleName());
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            names.append(" < ").append(cause.getClass().getSimpleName());
        }
        return names.toString();
    }
}
