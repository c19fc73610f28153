package org.twofactor.keycloak.authenticator;

import java.util.Optional;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventType;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.token.PasswordNote;

/**
 * Notes in the session of a browser that a password has opened it. The steps of the flow can't: which one took the
 * password is up to the realm, and at the password's own level no step of ours comes after it.
 */
final class PasswordLogIn implements EventListenerProvider {
    private final KeycloakSession session;

    PasswordLogIn(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public void onEvent(Event event) {
        KeycloakContext context = session.getContext();
        RealmModel realm = context.getRealm();
        boolean loggedIn =
                event.getType() == EventType.LOGIN && event.getError() == null && event.getSessionId() != null;
        if (!loggedIn || realm == null || !realm.getId().equals(event.getRealmId()) || !RealmSettings.isOurs(realm)) {
            return;
        }
        Optional.ofNullable(context.getAuthenticationSession())
                .filter(PasswordNote::isDue)
                .map(authentication -> session.sessions().getUserSession(realm, event.getSessionId()))
                .ifPresent(PasswordNote::write);
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
        // What admins do is no log-in.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
