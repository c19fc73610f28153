package org.twofactor.keycloak.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionConfigModel;
import org.keycloak.models.RequiredActionProviderModel;
import org.twofactor.keycloak.settings.Settings.Complaint;

/**
 * Reads the settings of a realm: the configuration of the required action {@code CONFIGURE_TWO_FACTOR}, over the
 * server-wide defaults from {@code --spi-…} options, over our own. And whether a realm uses us at all.
 */
public final class RealmSettings {
    /** Id of the required action, and its alias where an admin registers it as it comes. */
    public static final String REQUIRED_ACTION = "CONFIGURE_TWO_FACTOR";

    /** The ids of all our authenticators, conditions included, and of nobody else's. */
    public static final Pattern OUR_STEPS = Pattern.compile("(conditional-)?two-factor-.+");

    private static final Logger LOG = Logger.getLogger(RealmSettings.class);
    private static final SaidOnce SAID = new SaidOnce();

    private RealmSettings() {}

    /** What the factory of the required action also is: it has read the server's options. */
    public interface ServerDefaults {
        /** By {@link Setting#key}. */
        Map<String, String> serverDefaults();
    }

    /** Whether an admin has registered the action in the realm and left it on: our REST API answers nowhere else. */
    public static boolean isSwitchedOn(RealmModel realm) {
        RequiredActionProviderModel action = realm.getRequiredActionProviderByAlias(REQUIRED_ACTION);
        return action != null && action.isEnabled();
    }

    /**
     * Whether the realm is ours: the action is switched on, or a flow holds one of our steps. A configuration tool that
     * deletes the action, or switches it off, thus opens nothing while the flows still ask for second factors.
     */
    public static boolean isOurs(RealmModel realm) {
        // Keycloak caches realms with their flows; and flows are looked at in realms alone that have not the action.
        return isSwitchedOn(realm) || hasOurSteps(realm);
    }

    /** Whether any flow of the realm, bound or not, holds one of our steps. */
    public static boolean hasOurSteps(RealmModel realm) {
        return realm.getAuthenticationFlowsStream()
                .flatMap(flow -> realm.getAuthenticationExecutionsStream(flow.getId()))
                .anyMatch(step -> step.getAuthenticator() != null
                        && OUR_STEPS.matcher(step.getAuthenticator()).matches());
    }

    /** A value that breaks its rule does not hold, and the log says so once for as long as the server runs. */
    public static Settings of(KeycloakSession session, RealmModel realm) {
        Map<String, String> ofRealm = over(LostSettings.kept(realm), configured(realm));
        Map<String, String> ofServer = serverDefaults(session);
        for (Complaint complaint : Settings.complaints(over(ofServer, ofRealm))) {
            if (SAID.isNew(realm.getId() + complaint.sentence())) {
                LOG.errorf(
                        "two-factor: realm '%s': %s; using the default '%s'",
                        realm.getName(), complaint.sentence(), Settings.fallback(ofServer, complaint.key()));
            }
        }
        return Settings.of(ofRealm, ofServer);
    }

    /** What is wrong with what the realm has set; none where all of it holds. */
    public static List<Complaint> complaints(KeycloakSession session, RealmModel realm) {
        return Settings.complaints(over(serverDefaults(session), configured(realm)));
    }

    /** What the realm has set itself, by {@link Setting#key}; empty too where the action is gone. */
    public static Map<String, String> configured(RealmModel realm) {
        Map<String, String> configured = new TreeMap<>();
        RequiredActionConfigModel ofRealm = realm.getRequiredActionConfigByAlias(REQUIRED_ACTION);
        if (ofRealm != null && ofRealm.getConfig() != null) {
            ofRealm.getConfig().forEach((key, value) -> {
                if (value != null && !value.isBlank()) {
                    configured.put(key, value);
                }
            });
        }
        return configured;
    }

    private static Map<String, String> serverDefaults(KeycloakSession session) {
        return session.getKeycloakSessionFactory().getProviderFactory(RequiredActionProvider.class, REQUIRED_ACTION)
                        instanceof ServerDefaults server
                ? server.serverDefaults()
                : Map.of();
    }

    private static Map<String, String> over(Map<String, String> below, Map<String, String> above) {
        Map<String, String> both = new HashMap<>(below);
        both.putAll(above);
        return both;
    }
}
