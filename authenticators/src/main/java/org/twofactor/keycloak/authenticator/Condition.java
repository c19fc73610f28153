package org.twofactor.keycloak.authenticator;

import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * A condition of ours, for the sub-flow that holds the second factor. Where it can't be decided, since the user is not
 * known yet or the configuration names what there is not, it matches, negated or not: the sub-flow runs.
 *
 * <p>What a request says of itself, by header, cookie or address, decides nothing.
 */
abstract class Condition implements ConditionalAuthenticator {
    private static final Logger LOG = Logger.getLogger(Condition.class);

    /** Sentences that say what is wrong with the configuration. */
    final List<String> complaints(KeycloakSession session, RealmModel realm, Map<String, String> config) {
        String negate = config.getOrDefault(ConditionFactory.NEGATE, "");
        return List.of("", "true", "false").contains(negate)
                ? ownComplaints(session, realm, config)
                : List.of("Negate output (negate): write true or false, not '%s'".formatted(negate));
    }

    /** The same of what is not common to all conditions. */
    abstract List<String> ownComplaints(KeycloakSession session, RealmModel realm, Map<String, String> config);

    /** Whether it holds, before it is turned round. The configuration is fine, and the user is known. */
    abstract boolean holds(AuthenticationFlowContext context, Map<String, String> config);

    @Override
    public final boolean matchCondition(AuthenticationFlowContext context) {
        AuthenticatorConfigModel model = context.getAuthenticatorConfig();
        Map<String, String> config = ConfigCheck.values(model);
        List<String> complaints = complaints(context.getSession(), context.getRealm(), config);
        if (!complaints.isEmpty()) {
            LOG.warnf(
                    "the condition '%s' of realm '%s' counts as met, its configuration being wrong: %s",
                    model.getAlias(), context.getRealm().getName(), String.join("; ", complaints));
            return true;
        }
        return context.getUser() == null || ConditionFactory.negated(config) != holds(context, config);
    }

    @Override
    public final boolean requiresUser() {
        return true;
    }

    @Override
    public final void action(AuthenticationFlowContext context) {
        // It has no page.
    }

    @Override
    public final void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
        // It demands nothing by itself.
    }

    @Override
    public final void close() {
        // Nothing is held.
    }
}
