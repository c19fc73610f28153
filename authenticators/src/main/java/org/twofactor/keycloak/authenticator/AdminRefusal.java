package org.twofactor.keycloak.authenticator;

import jakarta.ws.rs.core.Response;
import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.ErrorResponse;

/** A change by an admin that is refused: 400 with a sentence, and nothing is changed. */
final class AdminRefusal extends AbstractKeycloakTransaction {
    private final String sentence;

    private AdminRefusal(String sentence) {
        this.sentence = sentence;
    }

    /** For listeners: thrown at once it would be logged and forgotten, thrown at the commit it is the answer. */
    static void atCommit(KeycloakSession session, String sentence) {
        session.getTransactionManager().enlistPrepare(new AdminRefusal(sentence));
    }

    @Override
    protected void commitImpl() {
        throw ErrorResponse.error(sentence, Response.Status.BAD_REQUEST);
    }

    @Override
    protected void rollbackImpl() {
        // Nothing was done.
    }
}
