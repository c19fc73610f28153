package org.twofactor.keycloak.authenticator;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;

/** What the factories of all {@link CodeFormAuthenticator}s have in common. */
abstract class CodeFormAuthenticatorFactory implements AuthenticatorFactory {
    private final CodeFormAuthenticator authenticator;

    CodeFormAuthenticatorFactory(CodeFormAuthenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** The type of its credential, as with Keycloak's own: levels of authentication and the account console go by it. */
    @Override
    public final String getReferenceCategory() {
        return authenticator.id().credentialType();
    }

    @Override
    public final Requirement[] getRequirementChoices() {
        return new Requirement[] {Requirement.REQUIRED, Requirement.ALTERNATIVE, Requirement.DISABLED};
    }

    @Override
    public final boolean isConfigurable() {
        return false;
    }

    @Override
    public final List<ProviderConfigProperty> getConfigProperties() {
        return List.of();
    }

    @Override
    public boolean isUserSetupAllowed() {
        return false;
    }

    @Override
    public final Authenticator create(KeycloakSession session) {
        return authenticator;
    }

    @Override
    public final void init(Config.Scope config) {
        // No server options: the settings of the realm rule.
    }

    @Override
    public final void postInit(KeycloakSessionFactory factory) {
        // Nothing to prepare.
    }

    @Override
    public final void close() {
        // Nothing is held.
    }
}
