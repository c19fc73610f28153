package org.twofactor.keycloak.authenticator;

import java.util.List;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Whether this log-in has to have a second factor: by a role or group of the user, by the client, or by the level of
 * authentication that the client asks for. One of them is enough; where nothing is configured it has to.
 */
final class DemandedCondition extends Condition {

    @Override
    List<String> ownComplaints(KeycloakSession session, RealmModel realm, Map<String, String> config) {
        Demand demand = Demand.of(session, realm, config);
        return demand.isEmpty() && ConditionFactory.negated(config)
                ? List.of("Negate output (negate): write a role, group, client or level too, or nobody is asked")
                : demand.complaints();
    }

    @Override
    boolean holds(AuthenticationFlowContext context, Map<String, String> config) {
        Demand demand = Demand.of(context.getSession(), context.getRealm(), config);
        UserModel user = context.getUser();
        return demand.isEmpty()
                || demand.roles().stream().anyMatch(user::hasRole)
                || demand.groups().stream().anyMatch(user::isMemberOf)
                || demand.clients().stream()
                        .anyMatch(client -> client.getId()
                                .equals(context.getAuthenticationSession()
                                        .getClient()
                                        .getId()))
                || (demand.level().isPresent()
                        && requestedLevel(context) >= demand.level().getAsInt());
    }

    /** As Keycloak has it from {@code acr_values}, the claims parameter, and the client's default and minimum. */
    private static int requestedLevel(AuthenticationFlowContext context) {
        return new AcrStore(context.getSession(), context.getAuthenticationSession())
                .getRequestedLevelOfAuthentication(context.getTopLevelFlow());
    }
}
