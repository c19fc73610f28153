package org.twofactor.keycloak.mail;

import java.time.Duration;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;

/** A mail that is to leave. A thread of the {@link MailQueue} does all of this, each step in a session of its own. */
public interface MailJob {

    String realmId();

    MailKind kind();

    /** How long the queue leaves it alone at first, where even the work for it would tell something. */
    default Duration headStart() {
        return Duration.ZERO;
    }

    /** Whose mail it is, where that is known before it is written. */
    Optional<String> userId();

    /** Called once, before the first attempt. Empty where there is nothing to send after all. */
    Optional<Letter> write(KeycloakSession own);

    /** Called once where the mail has failed for good; the queue has told of it by an event. */
    void abandoned(KeycloakSession own);
}
