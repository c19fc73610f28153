package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.WebAuthnCredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link SecurityKeyCredentialProvider} for Keycloak, which takes of two providers of one id the one of higher order. */
public final class SecurityKeyCredentialProviderFactory extends WebAuthnCredentialProviderFactory {

    @Override
    public CredentialProvider<?> create(KeycloakSession session) {
        return new SecurityKeyCredentialProvider(session, getMetadataService(), createOrGetObjectConverter());
    }

    @Override
    public int order() {
        return 1;
    }
}
