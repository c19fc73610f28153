package org.twofactor.keycloak.password;

import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;

/**
 * The event about an account that auditors find among its user's, beside the one of the request, which names nobody. It
 * is written where the account is looked up, off the request: an event more for those who exist would show in the time
 * that the answer takes.
 *
 * @param operation as the event of the request names it
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md">
 *     ASVS v5.0.0-16.3 Security Events</a>
 */
record ResetEvent(EventType type, String operation, Optional<String> clientId, Optional<String> ipAddress) {
    private static final String OPERATION = "two_factor_operation";

    /** About the request that is under way. */
    static ResetEvent of(KeycloakSession session, EventType type, String operation) {
        return new ResetEvent(
                type,
                operation,
                Optional.ofNullable(session.getContext().getClient()).map(ClientModel::getClientId),
                Optional.ofNullable(session.getContext().getConnection())
                        .map(connection -> connection.getRemoteHost()));
    }

    void succeeded(KeycloakSession own, UserModel user) {
        about(own, user).success();
    }

    /** @param error as Keycloak spells errors of events: {@code user_disabled} */
    void failed(KeycloakSession own, UserModel user, String error) {
        about(own, user).error(error);
    }

    private EventBuilder about(KeycloakSession own, UserModel user) {
        EventBuilder event = new EventBuilder(own.getContext().getRealm(), own)
                .event(type)
                .user(user)
                .detail(Details.USERNAME, user.getUsername())
                .detail(Details.CREDENTIAL_TYPE, PasswordCredentialModel.TYPE)
                .detail(OPERATION, operation);
        clientId.ifPresent(event::client);
        ipAddress.ifPresent(event::ipAddress);
        return event;
    }
}
