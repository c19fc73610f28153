package org.twofactor.keycloak.token;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * The note in a user session that tells when a factor which the user has enrolled was given in it last: what the sudo
 * token is at REST, for a browser.
 */
public final class PresenceNote {
    private static final String NAME = "two-factor.present-at";

    private PresenceNote() {}

    /** Keycloak carries it into the user session that comes of the authentication, or is there already. */
    public static void write(AuthenticationSessionModel authentication, Instant now) {
        authentication.setUserSessionNote(NAME, Long.toString(now.toEpochMilli()));
    }

    /** @param notes of a user session, or those of an authentication session that are meant for one */
    public static Optional<Instant> read(Map<String, String> notes) {
        return Optional.ofNullable(notes.get(NAME)).map(Long::valueOf).map(Instant::ofEpochMilli);
    }
}
