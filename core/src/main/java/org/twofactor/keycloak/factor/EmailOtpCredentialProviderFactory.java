package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link EmailOtpCredentialProvider} for Keycloak. */
public final class EmailOtpCredentialProviderFactory implements CredentialProviderFactory<EmailOtpCredentialProvider> {
    public static final String PROVIDER_ID = "two-factor-email-otp";

    @Override
    public EmailOtpCredentialProvider create(KeycloakSession session) {
        return new EmailOtpCredentialProvider(session);
    }

    @Override
    public String getId() {
        return PROVIDER_ID;
    }
}
