package org.twofactor.keycloak.authenticator;

import org.keycloak.events.EventListenerProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.GlobalListenerFactory;

/** {@link PasswordLogIn} for Keycloak. */
public final class PasswordLogInFactory extends GlobalListenerFactory {

    @Override
    public String getId() {
        return "two-factor-password-log-in";
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new PasswordLogIn(session);
    }
}
