package org.twofactor.keycloak.authenticator;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.CredentialValidator;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.factor.EmailOtpCredentialProviderFactory;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.factor.MailedFactor;
import org.twofactor.keycloak.settings.Settings;

/** Asks for a code that is mailed to the enrolled address. */
final class EmailOtpFormAuthenticator extends MailCodeFormAuthenticator
        implements CredentialValidator<CredentialProvider<?>> {

    @Override
    MailedFactor factor(AuthenticationFlowContext context, Factors factors) {
        return factors.emailOtp();
    }

    @Override
    void accepted(AuthenticationFlowContext context, Settings settings) {
        ProvedFactor.succeed(context, settings, id());
    }

    @Override
    public CredentialProvider<?> getCredentialProvider(KeycloakSession session) {
        return session.getProvider(CredentialProvider.class, EmailOtpCredentialProviderFactory.PROVIDER_ID);
    }
}
