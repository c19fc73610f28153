package org.twofactor.keycloak.mail;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;

/** A mail that is complete when it is handed over, and that nobody waits for. */
record NoticeMail(String realmId, Letter letter) implements MailJob {

    @Override
    public MailKind kind() {
        return letter.kind();
    }

    @Override
    public Optional<String> userId() {
        return Optional.of(letter.userId());
    }

    @Override
    public Optional<Letter> write(KeycloakSession own) {
        return Optional.of(letter);
    }

    @Override
    public void abandoned(KeycloakSession own) {
        // There is nothing to take back.
    }
}
