package org.twofactor.keycloak.rest.admin;

import org.keycloak.Config;
import org.keycloak.http.HttpResponse;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProviderFactory;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/**
 * Mounts {@link AdminResource} at {@code /admin/realms/{realm}/two-factor}. Keycloak has looked at the token by then, and
 * at whether its realm may administer this one; what the admin may do here, each operation asks.
 */
public final class AdminMount implements AdminRealmResourceProviderFactory, AdminRealmResourceProvider {

    @Override
    public String getId() {
        return "two-factor";
    }

    @Override
    public AdminRealmResourceProvider create(KeycloakSession session) {
        return this;
    }

    @Override
    public Object getResource(
            KeycloakSession session, RealmModel realm, AdminPermissionEvaluator auth, AdminEventBuilder events) {
        // Here and not with each answer, so that refusals have them too.
        HttpResponse response = session.getContext().getHttpResponse();
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        return new AdminResource(session, auth, events);
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
