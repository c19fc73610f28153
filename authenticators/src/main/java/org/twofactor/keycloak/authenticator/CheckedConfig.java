package org.twofactor.keycloak.authenticator;

import java.util.List;
import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** A factory of an authenticator whose configuration is checked when an admin saves it: see {@link ConfigCheck}. */
interface CheckedConfig {

    /** Sentences that say what to write instead; none where the configuration is fine. */
    List<String> complaints(KeycloakSession session, RealmModel realm, Map<String, String> config);
}
