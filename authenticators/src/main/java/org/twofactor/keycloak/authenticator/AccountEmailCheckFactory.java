package org.twofactor.keycloak.authenticator;

import org.keycloak.events.EventListenerProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.GlobalListenerFactory;

/** {@link AccountEmailCheck} for Keycloak. */
public final class AccountEmailCheckFactory extends GlobalListenerFactory {

    @Override
    public String getId() {
        return "two-factor-account-email-check";
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new AccountEmailCheck(session);
    }
}
