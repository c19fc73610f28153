package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link RecoveryCodeCredentialProvider} for Keycloak. */
public final class RecoveryCodeCredentialProviderFactory
        implements CredentialProviderFactory<RecoveryCodeCredentialProvider> {

    @Override
    public RecoveryCodeCredentialProvider create(KeycloakSession session) {
        return new RecoveryCodeCredentialProvider(session);
    }

    @Override
    public String getId() {
        return "two-factor-recovery-code";
    }
}
