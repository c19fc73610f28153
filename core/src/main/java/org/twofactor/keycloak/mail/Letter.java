package org.twofactor.keycloak.mail;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.twofactor.keycloak.code.Secret;

/**
 * One mail to one address, not yet put into words.
 *
 * @param userId whose mail it is: that user's language holds
 */
public record Letter(MailKind kind, String address, String userId, MailStyle style, Content content) {

    /** What it is about. */
    public sealed interface Content {}

    /** A code to type. */
    public record Code(Secret code, Duration lifespan, boolean inSubject) implements Content {}

    /** Keycloak's own link by which a new password is set. */
    public record Link(Secret url, Duration lifespan) implements Content {}

    /**
     * Something that has happened to the account.
     *
     * @param account the user's name
     * @param at when
     * @param client the app through which it came, where one is known
     * @param ipAddress where it came from, where that is known
     * @param detail what else the text says: a factor, a number, an address
     */
    public record Notice(
            String account, Instant at, Optional<String> client, Optional<String> ipAddress, Optional<Object> detail)
            implements Content {}
}
