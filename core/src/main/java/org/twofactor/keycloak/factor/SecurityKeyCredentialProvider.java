package org.twofactor.keycloak.factor;

import com.webauthn4j.converter.util.ObjectConverter;
import org.keycloak.authentication.authenticators.browser.WebAuthnMetadataService;
import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.credential.WebAuthnCredentialProvider;
import org.keycloak.models.KeycloakSession;

/** Keycloak's own provider of {@code webauthn} credentials, which are {@link RemovableOnPages}. */
public final class SecurityKeyCredentialProvider extends WebAuthnCredentialProvider {
    SecurityKeyCredentialProvider(
            KeycloakSession session, WebAuthnMetadataService metadata, ObjectConverter converter) {
        super(session, metadata, converter);
    }

    @Override
    public CredentialTypeMetadata getCredentialTypeMetadata(CredentialTypeMetadataContext context) {
        return RemovableOnPages.of(getKeycloakSession(), super.getCredentialTypeMetadata(context));
    }
}
