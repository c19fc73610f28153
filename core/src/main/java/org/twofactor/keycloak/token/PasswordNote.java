package org.twofactor.keycloak.token;

import java.util.Map;
import org.keycloak.authentication.AuthenticatorUtil;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * The note in a user session that tells that a password was given in it; {@link AmrMapper} reads it. A log-in by another
 * identity provider, by Kerberos or by a passkey has none.
 */
public final class PasswordNote {
    private static final String NAME = "two-factor.password";
    private static final String GIVEN = "true";

    private PasswordNote() {}

    /** The notes of a log-in that has begun with a password. */
    public static Map<String, String> ofPassword() {
        return Map.of(NAME, GIVEN);
    }

    /** Whether a password was given in this authentication, to whichever step. */
    public static boolean isDue(AuthenticationSessionModel authentication) {
        return AuthenticatorUtil.getAuthnCredentials(authentication).contains(PasswordCredentialModel.TYPE)
                || AuthenticatorUtil.isPasswordValidated(authentication);
    }

    /** Where one was given: Keycloak carries the note into the user session that comes of the authentication. */
    public static void writeIfDue(AuthenticationSessionModel authentication) {
        if (isDue(authentication)) {
            authentication.setUserSessionNote(NAME, GIVEN);
        }
    }

    public static void write(UserSessionModel userSession) {
        userSession.setNote(NAME, GIVEN);
    }

    /** @param notes of a user session, or those that are meant for one */
    public static boolean isIn(Map<String, String> notes) {
        return notes.containsKey(NAME);
    }
}
