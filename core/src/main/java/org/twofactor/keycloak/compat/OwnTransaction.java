package org.twofactor.keycloak.compat;

import java.util.function.Consumer;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.KeycloakModelUtils;

/**
 * Work in a session and transaction of its own, in the realm of the caller: it stays whatever becomes of the request.
 *
 * <p>It takes a second database connection if it touches the database, so it is kept small.
 */
public final class OwnTransaction {

    private OwnTransaction() {}

    public static <T> T call(KeycloakSession session, String name, Function<KeycloakSession, T> work) {
        return KeycloakModelUtils.runJobInTransactionWithResult(
                session.getKeycloakSessionFactory(), session.getContext(), work::apply, name);
    }

    public static void run(KeycloakSession session, String name, Consumer<KeycloakSession> work) {
        call(session, name, own -> {
            work.accept(own);
            return null;
        });
    }
}
