package org.twofactor.keycloak.authenticator;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keycloak.authentication.Authenticator;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Refuses a configuration of one of our authenticators that breaks its rules, when an admin saves it. Keycloak asks the
 * factory of a required action or a mapper, but not that of an authenticator: it tells of the new configuration by an
 * admin event, before it commits, and this lets the commit fail.
 *
 * <p>A realm import comes past it. What an authenticator makes of a configuration that is not to be had right is its own
 * business, and never that it opens.
 */
final class ConfigCheck implements EventListenerProvider {
    private static final Pattern CREATED = Pattern.compile("authentication/executions/([^/]+)/config");
    private static final Pattern UPDATED = Pattern.compile("authentication/config/([^/]+)");

    private final KeycloakSession session;

    ConfigCheck(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
        boolean saved =
                event.getOperationType() == OperationType.CREATE || event.getOperationType() == OperationType.UPDATE;
        if (!saved || event.getResourceType() != ResourceType.AUTHENTICATOR_CONFIG) {
            return;
        }
        RealmModel realm = session.getContext().getRealm();
        List<String> complaints = executions(realm, event.getResourcePath())
                .flatMap(execution -> complaints(realm, execution))
                .distinct()
                .toList();
        if (!complaints.isEmpty()) {
            AdminRefusal.atCommit(session, String.join("; ", complaints));
        }
    }

    private static Stream<AuthenticationExecutionModel> executions(RealmModel realm, String path) {
        Matcher created = CREATED.matcher(path);
        if (created.matches()) {
            return Stream.ofNullable(realm.getAuthenticationExecutionById(created.group(1)));
        }
        Matcher updated = UPDATED.matcher(path);
        return updated.matches()
                ? realm.getAuthenticationFlowsStream()
                        .flatMap(flow -> realm.getAuthenticationExecutionsStream(flow.getId()))
                        .filter(execution -> Objects.equals(execution.getAuthenticatorConfig(), updated.group(1)))
                : Stream.empty();
    }

    private Stream<String> complaints(RealmModel realm, AuthenticationExecutionModel execution) {
        if (execution.getAuthenticator() == null
                || !(session.getKeycloakSessionFactory()
                                .getProviderFactory(Authenticator.class, execution.getAuthenticator())
                        instanceof CheckedConfig checked)) {
            return Stream.empty();
        }
        AuthenticatorConfigModel config = realm.getAuthenticatorConfigById(execution.getAuthenticatorConfig());
        return config == null ? Stream.empty() : checked.complaints(session, realm, values(config)).stream();
    }

    static Map<String, String> values(AuthenticatorConfigModel config) {
        return config == null || config.getConfig() == null ? Map.of() : config.getConfig();
    }

    @Override
    public void onEvent(Event event) {
        // What users do changes no configuration.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
