package org.twofactor.keycloak.it.bypass;

import java.util.HashMap;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/**
 * The device grant: the browser flow, then Keycloak's page that asks whether the device may.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628">RFC 8628 OAuth 2.0 Device Authorization Grant</a>
 */
final class DeviceWay extends CodeWay {
    private final Map<Walk, String> deviceCodes = new HashMap<>();

    DeviceWay(TestRealm realm, Inbox inbox) {
        super(realm, inbox);
    }

    static NewRealm prepare(NewRealm realm) {
        return realm.with(it -> it.getClients().stream()
                .filter(client -> client.getClientId().equals(TestClients.APP))
                .forEach(client -> client.setAttributes(new HashMap<>(Map.of(
                        "oauth2.device.authorization.grant.enabled", "true", "oauth2.device.polling.interval", "1")))));
    }

    @Override
    Walk withoutSecondFactor(Holder holder) {
        Answer device = realm().oidc("/auth/device", TestClients.APP, Map.of("scope", "openid"));
        Walk walk =
                Walk.afresh().open(device.field("verification_uri_complete")).password(holder.user());
        deviceCodes.put(walk, device.field("device_code"));
        return walk;
    }

    /** The page that asks whether the device may log in comes last. */
    @Override
    boolean isIn(Walk walk) {
        return walk.has("name=\"accept\"");
    }

    @Override
    Answer tokens(Walk walk) {
        if (isIn(walk)) {
            walk.submit(Map.of("accept", "Yes"));
        }
        return realm().token(
                        TestClients.APP,
                        Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:device_code",
                                "device_code",
                                deviceCodes.get(walk)));
    }
}
