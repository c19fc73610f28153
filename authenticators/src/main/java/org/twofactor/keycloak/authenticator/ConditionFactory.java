package org.twofactor.keycloak.authenticator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keycloak.Config;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderConfigProperty;

/** What our conditions have in common: where they may stand, and that each can be turned round. */
abstract class ConditionFactory implements ConditionalAuthenticatorFactory, CheckedConfig {
    static final String NEGATE = "negate";

    /** The one that every log-in asks: it holds nothing. */
    abstract Condition condition();

    /** Its own settings, without {@link #NEGATE}. */
    abstract List<ProviderConfigProperty> settings();

    /** What the condition means when it is turned round. */
    abstract String negation();

    @Override
    public final ConditionalAuthenticator getSingleton() {
        return condition();
    }

    @Override
    public final List<String> complaints(KeycloakSession session, RealmModel realm, Map<String, String> config) {
        return condition().complaints(session, realm, config);
    }

    @Override
    public final List<ProviderConfigProperty> getConfigProperties() {
        List<ProviderConfigProperty> properties = new ArrayList<>(settings());
        properties.add(new ProviderConfigProperty(
                NEGATE, "Negate output", negation(), ProviderConfigProperty.BOOLEAN_TYPE, "false"));
        return properties;
    }

    static boolean negated(Map<String, String> config) {
        return "true".equals(config.get(NEGATE));
    }

    static ProviderConfigProperty text(String name, String label, String help) {
        return new ProviderConfigProperty(name, label, help, ProviderConfigProperty.STRING_TYPE, "");
    }

    @Override
    public final Requirement[] getRequirementChoices() {
        return new Requirement[] {Requirement.REQUIRED, Requirement.DISABLED};
    }

    @Override
    public final boolean isConfigurable() {
        return true;
    }

    @Override
    public final boolean isUserSetupAllowed() {
        return false;
    }

    @Override
    public final void init(Config.Scope config) {
        // No server options.
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
