package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.credential.OTPCredentialProvider;
import org.keycloak.models.KeycloakSession;

/** Keycloak's own provider of {@code otp} credentials, which are {@link RemovableOnPages}. */
public final class TotpCredentialProvider extends OTPCredentialProvider {
    TotpCredentialProvider(KeycloakSession session) {
        super(session);
    }

    @Override
    public CredentialTypeMetadata getCredentialTypeMetadata(CredentialTypeMetadataContext context) {
        return RemovableOnPages.of(session, super.getCredentialTypeMetadata(context));
    }
}
