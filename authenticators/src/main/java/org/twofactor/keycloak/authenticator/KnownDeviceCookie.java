package org.twofactor.keycloak.authenticator;

import jakarta.ws.rs.core.NewCookie;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventType;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.utils.SecureContextResolver;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.device.DeviceProofs;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * Gives a device on which somebody has logged in, at whichever door, a cookie that says so later. The event of the log-in
 * is the one thing that all doors have in common: it comes when the last factor was given, and with the session.
 */
final class KnownDeviceCookie implements EventListenerProvider {
    private final KeycloakSession session;

    KnownDeviceCookie(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public void onEvent(Event event) {
        RealmModel realm = session.getContext().getRealm();
        boolean loggedIn = event.getType() == EventType.LOGIN
                && event.getError() == null
                && event.getUserId() != null
                && event.getSessionId() != null;
        if (!loggedIn || realm == null || !realm.getId().equals(event.getRealmId()) || !RealmSettings.isOurs(realm)) {
            return;
        }
        Optional.ofNullable(session.users().getUserById(realm, event.getUserId()))
                .filter(user -> user.getServiceAccountClientLink() == null)
                .ifPresent(user -> write(realm, user, event.getSessionId()));
    }

    private void write(RealmModel realm, UserModel user, String sessionId) {
        Instant now = Instant.ofEpochMilli(Time.currentTimeMillis());
        Secret proof = new DeviceProofs(session).make(user, sessionId, now);
        session.getContext()
                .getHttpResponse()
                .setCookieIfAbsent(new NewCookie.Builder(DeviceProofs.cookieOf(user))
                        .value(proof.reveal())
                        .path(session.getContext()
                                .getUri()
                                .getBaseUriBuilder()
                                .path("realms/{realm}/")
                                .build(realm.getName())
                                .getRawPath())
                        .maxAge(Math.toIntExact(DeviceProofs.LIFESPAN.toSeconds()))
                        .secure(SecureContextResolver.isSecureContext(session))
                        .httpOnly(true)
                        // Of use to calls of the API alone, and never on the way in from another site.
                        .sameSite(NewCookie.SameSite.STRICT)
                        .build());
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
