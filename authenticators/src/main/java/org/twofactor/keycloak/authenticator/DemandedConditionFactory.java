package org.twofactor.keycloak.authenticator;

import java.util.List;
import org.keycloak.provider.ProviderConfigProperty;

/** {@link DemandedCondition} for Keycloak: "Condition - second factor demanded". */
public final class DemandedConditionFactory extends ConditionFactory {
    public static final String PROVIDER_ID = "conditional-two-factor-demanded";

    private static final DemandedCondition CONDITION = new DemandedCondition();

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Condition - second factor demanded";
    }

    @Override
    public String getHelpText() {
        return "The flow is executed only if a second factor is demanded: by a role, a group, the client or the level "
                + "that is asked for. One of them is enough. With nothing configured it is executed for everybody.";
    }

    @Override
    List<ProviderConfigProperty> settings() {
        return List.of(
                text(
                        Demand.ROLES,
                        "Roles",
                        "Roles of the realm, comma separated, a client’s as client.role. Composite roles and those of "
                                + "groups count."),
                text(
                        Demand.GROUPS,
                        "Groups",
                        "Paths of groups, comma separated, such as /staff/admins. Their subgroups count."),
                text(Demand.CLIENTS, "Clients", "Client IDs, comma separated."),
                text(
                        Demand.ACR,
                        "ACR",
                        "The level from which on it is demanded: a number, or a name from the realm’s ACR to LoA "
                                + "mapping. What a client asks for by acr_values travels through the browser, so the "
                                + "client has to look at the acr that it gets."));
    }

    @Override
    String negation() {
        return "On: the flow is executed only if none of them applies.";
    }

    @Override
    Condition condition() {
        return CONDITION;
    }
}
