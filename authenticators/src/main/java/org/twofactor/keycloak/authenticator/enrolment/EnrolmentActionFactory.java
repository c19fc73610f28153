package org.twofactor.keycloak.authenticator.enrolment;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.RequiredActionFactory;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;

/** What the factories of our actions have in common. The settings of the realm rule them all, so they have none. */
abstract class EnrolmentActionFactory implements RequiredActionFactory {
    private final String id;
    private final String displayText;
    private final EnrolmentAction action;

    EnrolmentActionFactory(String id, String displayText, EnrolmentAction action) {
        this.id = id;
        this.displayText = displayText;
        this.action = action;
    }

    @Override
    public final String getId() {
        return id;
    }

    @Override
    public final String getDisplayText() {
        return displayText;
    }

    @Override
    public final RequiredActionProvider create(KeycloakSession session) {
        return action;
    }

    @Override
    public final List<ProviderConfigProperty> getConfigMetadata() {
        return List.of();
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
