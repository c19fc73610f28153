package org.twofactor.keycloak.mailcode;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.budget.Budget;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * A code on its way. If it fails for good, whoever waits for it need not wait out the interval to ask for another.
 *
 * @param interval the entry that the wait between two mails goes by
 * @param lifespan of the code
 */
record CodeMail(String realmId, Letter letter, Budget.Entry interval, Duration lifespan) implements MailJob {

    /** Where it is noted that a code could not be mailed, for a page that waits for it to say so. */
    static StoreKey failure(String realmId, Letter letter) {
        return failure(realmId, letter.userId(), letter.kind());
    }

    static StoreKey failure(String realmId, String userId, MailKind kind) {
        return StoreKey.of("mail-failed", realmId, userId, kind.id());
    }

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
        Store store = KeycloakStore.of(own);
        new Budget(store).giveBack(interval, Instant.ofEpochMilli(Time.currentTimeMillis()));
        store.putIfAbsent(failure(realmId, letter), lifespan);
    }
}
