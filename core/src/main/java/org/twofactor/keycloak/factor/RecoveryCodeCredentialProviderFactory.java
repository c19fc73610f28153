package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link RecoveryCodeCredentialProvider} for Keycloak. */
public final class RecoveryCodeCredentialProviderFactory
        implements CredentialProviderFactory<RecoveryCodeCredentialProvider> {
    public static final String PROVIDER_ID = "two-factor-recovery-code";

    @Override
    public RecoveryCodeCredentialProvider create(KeycloakSession session) {
        return new RecoveryCodeCredentialProvider(session);
    }

    @Override
    public String getId() {
        return PROVIDER_ID;
    }
}
