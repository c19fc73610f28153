package org.twofactor.keycloak.token;

import java.util.Optional;
import org.keycloak.models.ClientModel;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.twofactor.keycloak.settings.Settings;

/**
 * The client that {@code /auth/login} logs in to. It is a public one: that call authenticates no client, so it must not
 * lend anybody the name of a confidential one.
 */
public final class LoginClient {

    private LoginClient() {}

    /** Empty where the setting names none, or none that will do. */
    public static Optional<ClientModel> of(RealmModel realm, Settings settings) {
        return settings.loginClient()
                .filter(id -> complaint(realm, id).isEmpty())
                .map(realm::getClientByClientId);
    }

    /** A sentence that says what to write instead, or empty where the client will do. */
    public static Optional<String> complaint(RealmModel realm, String clientId) {
        ClientModel client = realm.getClientByClientId(clientId);
        if (client == null) {
            return Optional.of(
                    "write the client ID of a public client of this realm; it has no client '" + clientId + "'");
        }
        boolean willDo = client.isPublicClient()
                && PartialTokens.mayLogInWithPassword(client)
                && OIDCAdvancedConfigWrapper.fromClientModel(client).isUseRefreshToken();
        return willDo
                ? Optional.empty()
                : Optional.of("write the client ID of an enabled public client with direct access grants and refresh "
                        + "tokens, and without consent; '" + clientId + "' is not one");
    }
}
