package org.twofactor.keycloak.device;

import org.keycloak.credential.CredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link TrustedDeviceCredentialProvider} for Keycloak. */
public final class TrustedDeviceCredentialProviderFactory
        implements CredentialProviderFactory<TrustedDeviceCredentialProvider> {

    @Override
    public TrustedDeviceCredentialProvider create(KeycloakSession session) {
        return new TrustedDeviceCredentialProvider(session);
    }

    @Override
    public String getId() {
        return "two-factor-trusted-device";
    }
}
