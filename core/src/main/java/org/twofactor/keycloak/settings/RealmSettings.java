package org.twofactor.keycloak.settings;

import java.util.HashMap;
import java.util.Map;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionConfigModel;
import org.keycloak.models.RequiredActionProviderModel;

/**
 * Reads the settings of a realm: the configuration of the required action {@code CONFIGURE_TWO_FACTOR}, over the
 * server-wide defaults from {@code --spi-…} options, over our own. A realm that never registered the action has the
 * defaults.
 */
public final class RealmSettings {
    /** Id of the required action, and its alias where an admin registers it as it comes. */
    public static final String REQUIRED_ACTION = "CONFIGURE_TWO_FACTOR";

    private RealmSettings() {}

    /** What the factory of the required action also is: it has read the server's options. */
    public interface ServerDefaults {
        /** By {@link Setting#key}. */
        Map<String, String> serverDefaults();
    }

    /** Whether an admin has registered the action in the realm and left it on. */
    public static boolean areUsedIn(RealmModel realm) {
        RequiredActionProviderModel action = realm.getRequiredActionProviderByAlias(REQUIRED_ACTION);
        return action != null && action.isEnabled();
    }

    public static Settings of(KeycloakSession session, RealmModel realm) {
        Map<String, String> configured = new HashMap<>();
        if (session.getKeycloakSessionFactory().getProviderFactory(RequiredActionProvider.class, REQUIRED_ACTION)
                instanceof ServerDefaults server) {
            configured.putAll(server.serverDefaults());
        }
        RequiredActionConfigModel ofRealm = realm.getRequiredActionConfigByAlias(REQUIRED_ACTION);
        if (ofRealm != null && ofRealm.getConfig() != null) {
            ofRealm.getConfig().forEach((key, value) -> {
                if (value != null && !value.isBlank()) {
                    configured.put(key, value);
                }
            });
        }
        return Settings.of(configured);
    }
}
