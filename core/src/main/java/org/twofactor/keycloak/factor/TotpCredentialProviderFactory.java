package org.twofactor.keycloak.factor;

import org.keycloak.credential.OTPCredentialProvider;
import org.keycloak.credential.OTPCredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link TotpCredentialProvider} for Keycloak, which takes of two providers of one id the one of higher order. */
public final class TotpCredentialProviderFactory extends OTPCredentialProviderFactory {

    @Override
    public OTPCredentialProvider create(KeycloakSession session) {
        return new TotpCredentialProvider(session);
    }

    @Override
    public int order() {
        return 1;
    }
}
