package org.twofactor.keycloak.token;

import java.util.Optional;
import org.keycloak.models.UserSessionModel;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;

/** The note in a user session that tells which second factor opened it; {@link AmrMapper} reads it. */
public final class SecondFactorNote {
    private static final String NAME = "two-factor.factor";

    private SecondFactorNote() {}

    public static void write(AuthenticationSessionModel authentication, FactorId factor) {
        authentication.setUserSessionNote(NAME, factor.wireName());
    }

    static Optional<FactorId> read(UserSessionModel userSession) {
        return Optional.ofNullable(userSession.getNote(NAME)).flatMap(FactorId::ofWireName);
    }
}
