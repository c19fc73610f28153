package org.twofactor.keycloak.mail;

import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakSession;

/** Work that waits until the request's transaction is over. */
public final class AfterCompletion {

    private AfterCompletion() {}

    public static void of(KeycloakSession session, Runnable committed, Runnable rolledBack) {
        session.getTransactionManager().enlistAfterCompletion(new AbstractKeycloakTransaction() {
            @Override
            protected void commitImpl() {
                committed.run();
            }

            @Override
            protected void rollbackImpl() {
                rolledBack.run();
            }
        });
    }
}
