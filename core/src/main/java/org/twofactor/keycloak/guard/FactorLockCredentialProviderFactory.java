package org.twofactor.keycloak.guard;

import org.keycloak.credential.CredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link FactorLockCredentialProvider} for Keycloak. */
public final class FactorLockCredentialProviderFactory
        implements CredentialProviderFactory<FactorLockCredentialProvider> {

    @Override
    public FactorLockCredentialProvider create(KeycloakSession session) {
        return new FactorLockCredentialProvider(session);
    }

    @Override
    public String getId() {
        return "two-factor-lock";
    }
}
