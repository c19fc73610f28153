package org.twofactor.keycloak.mail;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;

/**
 * A mail that is complete when it is handed over, and that nobody waits for.
 *
 * @param letter empty where there is nobody to write to, for a caller whose answer must not depend on that
 */
public record NoticeMail(String realmId, MailKind kind, Optional<Letter> letter) implements MailJob {

    @Override
    public Optional<Letter> write(KeycloakSession own) {
        return letter;
    }

    @Override
    public void abandoned(KeycloakSession own) {
        // There is nothing to take back.
    }
}
