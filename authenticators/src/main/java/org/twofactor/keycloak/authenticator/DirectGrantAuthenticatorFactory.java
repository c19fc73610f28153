package org.twofactor.keycloak.authenticator;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;

/** {@link DirectGrantAuthenticator} for Keycloak: execution "Two-factor (direct grant)". */
public final class DirectGrantAuthenticatorFactory implements AuthenticatorFactory {
    public static final String PROVIDER_ID = "two-factor-direct-grant";

    private static final Authenticator AUTHENTICATOR = new DirectGrantAuthenticator();

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Two-factor (direct grant)";
    }

    @Override
    public String getHelpText() {
        return "After the password: answers mfa_required with a partial auth token to users with 2FA on, or takes "
                + "an inline totp parameter.";
    }

    /** None: the engine reports failures and successes itself, and the flow would count them twice. */
    @Override
    public String getReferenceCategory() {
        return null;
    }

    /** No ALTERNATIVE and no CONDITIONAL: there is no way past this step. */
    @Override
    public Requirement[] getRequirementChoices() {
        return new Requirement[] {Requirement.REQUIRED, Requirement.DISABLED};
    }

    @Override
    public boolean isConfigurable() {
        return false;
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        return List.of();
    }

    @Override
    public boolean isUserSetupAllowed() {
        return false;
    }

    @Override
    public Authenticator create(KeycloakSession session) {
        return AUTHENTICATOR;
    }

    @Override
    public void init(Config.Scope config) {
        // No server options: the settings of the realm rule.
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Nothing to prepare.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
