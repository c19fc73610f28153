package org.twofactor.keycloak.password;

import java.time.Duration;
import java.util.Optional;
import org.keycloak.events.Errors;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.mail.AfterCompletion;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.mail.MailQueue;

/**
 * Looks for the account that a wrong code was given for, and tells of it by an event. No mail comes of it: it is in the
 * queue since that works off the request, and is bounded.
 */
record WrongResetCode(String realmId, String address, ResetEvent event) implements MailJob {

    /** Once the request is over, however it ends. Where the queue has no place, the request's own event is all there is. */
    void tell(KeycloakSession session) {
        MailQueue queue = MailQueue.of(session);
        Runnable enqueue = () -> queue.reserve(realmId, MailQueue.Asker.ANYBODY).ifPresent(place -> place.hand(this));
        AfterCompletion.of(session, enqueue, enqueue);
    }

    @Override
    public MailKind kind() {
        return MailKind.RESET_CODE;
    }

    @Override
    public Duration headStart() {
        return ResetMails.HEAD_START;
    }

    @Override
    public Optional<String> userId() {
        return Optional.empty();
    }

    @Override
    public Optional<Letter> write(KeycloakSession own) {
        ResetAccount.byAddress(own, address)
                .ifPresent(user -> event.failed(own, user, Errors.INVALID_USER_CREDENTIALS));
        return Optional.empty();
    }

    @Override
    public void abandoned(KeycloakSession own) {
        // There is nothing to take back.
    }
}
