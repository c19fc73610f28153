package org.twofactor.keycloak.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventStoreProvider;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;

/**
 * Notices when a realm loses all its settings by the way: a configuration tool that updates the required action without
 * a {@code config}, or deletes it, clears them, and Keycloak answers 204. The defaults hold then. The loss is an admin
 * event of its own, an error in the log, and a note at the realm for the admin's summary until there are settings again.
 *
 * <p>Whoever empties the configuration itself, as the admin console does, means it: that is no loss.
 */
public final class LostSettings implements EventListenerProvider {
    /** The realm attribute that names what was lost, comma separated. */
    static final String ATTRIBUTE = "two-factor.settings-lost";

    private static final String ACTION = "authentication/required-actions/" + RealmSettings.REQUIRED_ACTION;
    private static final Logger LOG = Logger.getLogger(LostSettings.class);

    private final KeycloakSession session;

    LostSettings(KeycloakSession session) {
        this.session = session;
    }

    /** The names of the settings that the realm has lost and has none since; empty where it has lost nothing. */
    public static Optional<String> of(RealmModel realm) {
        return Optional.ofNullable(realm.getAttribute(ATTRIBUTE))
                .filter(lost ->
                        !lost.isBlank() && RealmSettings.configured(realm).isEmpty());
    }

    /**
     * Settings whose loss would open a door, as they were: without them, users whose only factor is the address of their
     * account would be let in by the password alone.
     */
    static Map<String, String> kept(RealmModel realm) {
        return of(realm)
                .filter(lost -> List.of(lost.split(",", -1)).contains(Setting.EMAIL_WITHOUT_ENROLMENT.key()))
                .map(lost -> Map.of(Setting.EMAIL_WITHOUT_ENROLMENT.key(), "true"))
                .orElse(Map.of());
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
        RealmModel realm = session.getContext().getRealm();
        if (realm == null
                || !realm.getId().equals(event.getRealmId())
                || event.getOperationType() == OperationType.ACTION
                || event.getResourcePath() == null
                || !event.getResourcePath().startsWith(ACTION)) {
            return;
        }
        boolean byTheWay = event.getResourceType() == ResourceType.REQUIRED_ACTION;
        List<String> before = byTheWay ? keysBefore(realm.getId()) : List.of();
        if (!RealmSettings.configured(realm).isEmpty() || !byTheWay) {
            if (realm.getAttribute(ATTRIBUTE) != null) {
                realm.removeAttribute(ATTRIBUTE);
            }
        } else if (!before.isEmpty()) {
            String lost = String.join(",", before);
            realm.setAttribute(ATTRIBUTE, lost);
            LOG.errorf(
                    "two-factor: realm '%s' has lost its settings by a change of the required action %s, and the"
                            + " defaults hold: %s. Whatever changes the action has to send its config too",
                    realm.getName(), RealmSettings.REQUIRED_ACTION, lost);
            tell(realm, event, lost);
        }
    }

    /** Those that were set before this request, of which another transaction sees nothing yet. */
    private List<String> keysBefore(String realmId) {
        return KeycloakModelUtils.runJobInTransactionWithResult(
                session.getKeycloakSessionFactory(),
                own -> Optional.ofNullable(own.realms().getRealm(realmId))
                        .map(RealmSettings::configured)
                        .map(before -> before.keySet().stream()
                                .filter(key -> isLossOf(key, before))
                                .toList())
                        .orElse(List.of()));
    }

    /** A switch that was off is off without its setting too. */
    private static boolean isLossOf(String key, Map<String, String> before) {
        return !key.equals(Setting.EMAIL_WITHOUT_ENROLMENT.key()) || Boolean.parseBoolean(before.get(key));
    }

    /** Beside the event of the change itself, which has been told already: Keycloak lets nobody add to that. */
    private void tell(RealmModel realm, AdminEvent cause, String lost) {
        AdminEvent event = new AdminEvent(cause);
        event.setId(UUID.randomUUID().toString());
        event.setTime(Time.currentTimeMillis());
        event.setOperationType(OperationType.ACTION);
        event.setRepresentation(null);
        Map<String, String> details = new HashMap<>();
        details.put("two_factor_operation", "settings-lost");
        details.put("settings", lost);
        event.setDetails(details);
        EventStoreProvider store = session.getProvider(EventStoreProvider.class);
        if (realm.isAdminEventsEnabled() && store != null) {
            store.onEvent(event, false);
        }
        realm.getEventsListenersStream()
                .map(id -> session.getProvider(EventListenerProvider.class, id))
                .filter(Objects::nonNull)
                .forEach(listener -> listener.onEvent(event, false));
    }

    @Override
    public void onEvent(Event event) {
        // What users do changes no settings.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
