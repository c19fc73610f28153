package org.twofactor.keycloak.mail;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.provider.Provider;

/**
 * Where mails wait for a thread that sends them, so that a slow SMTP server slows nobody down. It is bounded: whoever
 * needs a mail to leave asks for a place first.
 */
public interface MailQueue extends Provider {

    /**
     * A place for a mail of that realm; empty where the queue, or the realm's part of it, or what anybody may have of that
     * part, is full, or the server stops.
     */
    Optional<Place> reserve(String realmId, Asker asker);

    /** Who asks for a mail. */
    enum Asker {
        /** Somebody who has shown at least a password. */
        KNOWN,
        /** Anybody: it takes no credential, so there is no end to it. */
        ANYBODY
    }

    /** A place in the queue, good for one mail. */
    interface Place {

        /** Hands the mail over; it is sent, tried again, or recorded as failed, whatever becomes of the caller. */
        void hand(MailJob job);

        /** Gives the place up, unless a mail has it. */
        void release();
    }

    static MailQueue of(KeycloakSession session) {
        return session.getProvider(MailQueue.class);
    }

    @Override
    default void close() {
        // It belongs to the server, not to a session.
    }
}
