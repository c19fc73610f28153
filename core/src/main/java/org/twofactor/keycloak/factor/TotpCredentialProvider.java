package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.credential.OTPCredentialProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * Keycloak's own provider of {@code otp} credentials, but for one thing: in a realm that uses us, an access token alone
 * removes no TOTP. At our API that takes a sudo token, and on Keycloak's pages a second factor.
 */
public final class TotpCredentialProvider extends OTPCredentialProvider {
    TotpCredentialProvider(KeycloakSession session) {
        super(session);
    }

    @Override
    public CredentialTypeMetadata getCredentialTypeMetadata(CredentialTypeMetadataContext context) {
        CredentialTypeMetadata keycloaks = super.getCredentialTypeMetadata(context);
        boolean isOurs = RealmSettings.areUsedIn(session.getContext().getRealm());
        if (!isOurs || !KeycloakCompat.deletesByTokenAlone(session)) {
            return keycloaks;
        }
        return CredentialTypeMetadata.builder()
                .type(keycloaks.getType())
                .category(keycloaks.getCategory())
                .displayName(keycloaks.getDisplayName())
                .helpText(keycloaks.getHelpText())
                .iconCssClass(keycloaks.getIconCssClass())
                .createAction(UserModel.RequiredAction.CONFIGURE_TOTP.toString())
                .removeable(false)
                .build(session);
    }
}
