package org.twofactor.keycloak.token;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.UserSessionModel;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;

/**
 * The notes in a user session that tell which second factor was given in it last, and when: {@link AmrMapper} reads the
 * one, and the browser's pages the other, as the sudo token of a browser.
 */
public final class SecondFactorNote {
    private static final String FACTOR = "two-factor.factor";
    private static final String GIVEN_AT = "two-factor.factor-given-at";

    private SecondFactorNote() {}

    /** Keycloak carries it into the user session that comes of the authentication, or is there already. */
    public static void write(AuthenticationSessionModel authentication, FactorId factor, Instant now) {
        authentication.setUserSessionNote(FACTOR, factor.wireName());
        authentication.setUserSessionNote(GIVEN_AT, Long.toString(now.toEpochMilli()));
    }

    /** @param notes of a user session, or those of an authentication session that are meant for one */
    public static Optional<Instant> givenAt(Map<String, String> notes) {
        return Optional.ofNullable(notes.get(GIVEN_AT)).map(Long::valueOf).map(Instant::ofEpochMilli);
    }

    static Optional<FactorId> read(UserSessionModel userSession) {
        return Optional.ofNullable(userSession.getNote(FACTOR)).flatMap(FactorId::ofWireName);
    }
}
