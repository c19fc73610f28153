package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * What Keycloak says of a kind of credential, but for one thing: in a realm that is ours, an access token alone removes
 * none. At our API that takes a sudo token, and on pages a second factor.
 */
final class RemovableOnPages {

    private RemovableOnPages() {}

    static CredentialTypeMetadata of(KeycloakSession session, CredentialTypeMetadata keycloaks) {
        if (!KeycloakCompat.deletesByTokenAlone(session)
                || !RealmSettings.isOurs(session.getContext().getRealm())) {
            return keycloaks;
        }
        return CredentialTypeMetadata.builder()
                .type(keycloaks.getType())
                .category(keycloaks.getCategory())
                .displayName(keycloaks.getDisplayName())
                .helpText(keycloaks.getHelpText())
                .iconCssClass(keycloaks.getIconCssClass())
                .createAction(keycloaks.getCreateAction())
                .removeable(false)
                .build(session);
    }
}
