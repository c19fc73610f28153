package org.twofactor.keycloak.email;

import java.time.Instant;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.budget.Budget;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.store.KeycloakStore;

/**
 * Word to the owner of an address that somebody wanted, in place of a code. Whoever asked can't tell the two apart: if it
 * fails for good, the wait is over as it is after a code.
 *
 * @param letter empty for an owner without an address
 * @param interval the entry that the wait between two mails goes by
 */
record AddressTakenMail(String realmId, Optional<Letter> letter, Budget.Entry interval) implements MailJob {

    @Override
    public MailKind kind() {
        return MailKind.ADDRESS_TAKEN;
    }

    @Override
    public Optional<String> userId() {
        return letter.map(Letter::userId);
    }

    @Override
    public Optional<Letter> write(KeycloakSession own) {
        return letter;
    }

    @Override
    public void abandoned(KeycloakSession own) {
        new Budget(KeycloakStore.of(own)).giveBack(interval, Instant.ofEpochMilli(Time.currentTimeMillis()));
    }
}
