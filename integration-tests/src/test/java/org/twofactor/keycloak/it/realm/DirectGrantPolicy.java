package org.twofactor.keycloak.it.realm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.keycloak.representations.idm.ClientPoliciesRepresentation;
import org.keycloak.representations.idm.ClientPolicyConditionRepresentation;
import org.keycloak.representations.idm.ClientPolicyExecutorRepresentation;
import org.keycloak.representations.idm.ClientPolicyRepresentation;
import org.keycloak.representations.idm.ClientProfileRepresentation;
import org.keycloak.representations.idm.ClientProfilesRepresentation;

/** A client policy of the realm that forbids the direct grant to every client, as long as it is open. */
public record DirectGrantPolicy(TestRealm realm) implements AutoCloseable {
    private static final String PROFILE = "no direct grant";

    /** Does something while the realm rejects direct grants. */
    public static void rejecting(TestRealm realm, Runnable meanwhile) {
        DirectGrantPolicy policy = rejecting(realm);
        try {
            meanwhile.run();
        } finally {
            policy.close();
        }
    }

    public static DirectGrantPolicy rejecting(TestRealm realm) {
        ClientProfileRepresentation profile = new ClientProfileRepresentation();
        profile.setName(PROFILE);
        ClientPolicyExecutorRepresentation executor = new ClientPolicyExecutorRepresentation();
        executor.setExecutorProviderId("reject-ropc-grant");
        executor.setConfiguration(new ObjectMapper().createObjectNode());
        profile.setExecutors(List.of(executor));
        ClientProfilesRepresentation profiles = new ClientProfilesRepresentation();
        profiles.setProfiles(List.of(profile));
        realm.admin().clientPoliciesProfilesResource().updateProfiles(profiles);
        DirectGrantPolicy policy = new DirectGrantPolicy(realm);
        policy.enable(true);
        return policy;
    }

    private void enable(boolean enabled) {
        ClientPolicyRepresentation policy = new ClientPolicyRepresentation();
        policy.setName("no direct grant for anybody");
        policy.setEnabled(enabled);
        ClientPolicyConditionRepresentation everybody = new ClientPolicyConditionRepresentation();
        everybody.setConditionProviderId("any-client");
        everybody.setConfiguration(new ObjectMapper().createObjectNode());
        policy.setConditions(List.of(everybody));
        policy.setProfiles(List.of(PROFILE));
        ClientPoliciesRepresentation policies = new ClientPoliciesRepresentation();
        policies.setPolicies(List.of(policy));
        realm.admin().clientPoliciesPoliciesResource().updatePolicies(policies);
    }

    @Override
    public void close() {
        enable(false);
    }
}
