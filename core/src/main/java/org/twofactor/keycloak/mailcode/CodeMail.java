package org.twofactor.keycloak.mailcode;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.guard.Budget;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;

/**
 * A code on its way. If it fails for good, whoever waits for it need not wait out the interval to ask for another.
 *
 * @param interval the entry that the wait between two mails goes by
 */
record CodeMail(String realmId, Letter letter, Budget.Entry interval) implements MailJob {

    @Override
    public MailKind kind() {
        return letter.kind();
    }

    @Override
    public Optional<Letter> write(KeycloakSession own) {
        return Optional.of(letter);
    }

    @Override
    public void abandoned(KeycloakSession own) {
        new Budget(own).giveBack(interval);
    }
}
