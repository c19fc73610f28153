package org.twofactor.keycloak.compat;

import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakSession;

/** Work that is done once the request's transaction has ended, whichever way. */
public final class AfterTransaction {

    private AfterTransaction() {}

    public static void run(KeycloakSession session, Runnable work) {
        session.getTransactionManager().enlistAfterCompletion(new AbstractKeycloakTransaction() {
            @Override
            protected void commitImpl() {
                work.run();
            }

            @Override
            protected void rollbackImpl() {
                work.run();
            }
        });
    }
}
