package org.twofactor.keycloak.it.realm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.keycloak.representations.idm.AuthenticationExecutionExportRepresentation;
import org.keycloak.representations.idm.AuthenticationFlowRepresentation;
import org.keycloak.representations.idm.AuthenticatorConfigRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;

/**
 * A browser flow as an administrator would put it together:
 *
 * <pre>{@code BrowserFlow.passwordThen(subflow("CONDITIONAL",
 *         form("conditional-user-configured", "REQUIRED"),
 *         form("two-factor-totp-form", "ALTERNATIVE")))}</pre>
 */
public final class BrowserFlow {
    private static final String ALIAS = "two-factor browser";

    private final String alias;
    private final List<Step> steps;

    private BrowserFlow(String alias, List<Step> steps) {
        this.alias = alias;
        this.steps = steps;
    }

    /** One line in the console's editor. */
    public sealed interface Step {}

    private record Form(String authenticator, String requirement, Map<String, String> config) implements Step {}

    private record Subflow(String requirement, List<Step> steps) implements Step {}

    public static Step form(String authenticator, String requirement) {
        return new Form(authenticator, requirement, Map.of());
    }

    /** With a configuration of its own. */
    public static Step form(String authenticator, String requirement, Map<String, String> config) {
        return new Form(authenticator, requirement, Map.copyOf(config));
    }

    public static Step subflow(String requirement, Step... steps) {
        return new Subflow(requirement, List.of(steps));
    }

    /** Exactly these steps. */
    public static BrowserFlow of(Step... steps) {
        return new BrowserFlow(ALIAS, List.of(steps));
    }

    /** As Keycloak's own begins: whoever has a session goes on with it, others give name and password, then this. */
    public static BrowserFlow passwordThen(Step... secondFactor) {
        return of(
                form("auth-cookie", "ALTERNATIVE"),
                new Subflow(
                        "ALTERNATIVE",
                        Stream.concat(
                                        Stream.of(form("auth-username-password-form", "REQUIRED")),
                                        Stream.of(secondFactor))
                                .toList()));
    }

    /** The usual one: whoever has one of these factors is asked for one of them. */
    public static BrowserFlow anyOf(String... authenticators) {
        return passwordThen(subflow(
                "CONDITIONAL",
                Stream.concat(
                                Stream.of(form("conditional-user-configured", "REQUIRED")),
                                Stream.of(authenticators).map(authenticator -> form(authenticator, "ALTERNATIVE")))
                        .toArray(Step[]::new)));
    }

    /** Under another name, for a realm with several. */
    public BrowserFlow named(String otherAlias) {
        return new BrowserFlow(otherAlias, steps);
    }

    void bind(RealmRepresentation realm) {
        addTo(realm);
        realm.setBrowserFlow(alias);
    }

    void addTo(RealmRepresentation realm) {
        List<AuthenticationFlowRepresentation> flows = new ArrayList<>(realm.getAuthenticationFlows());
        List<AuthenticatorConfigRepresentation> configs = new ArrayList<>();
        if (realm.getAuthenticatorConfig() != null) {
            configs.addAll(realm.getAuthenticatorConfig());
        }
        add(alias, true, steps, flows, configs);
        realm.setAuthenticationFlows(flows);
        realm.setAuthenticatorConfig(configs);
    }

    private static void add(
            String alias,
            boolean topLevel,
            List<Step> steps,
            List<AuthenticationFlowRepresentation> flows,
            List<AuthenticatorConfigRepresentation> configs) {
        AuthenticationFlowRepresentation flow = new AuthenticationFlowRepresentation();
        flow.setAlias(alias);
        flow.setProviderId("basic-flow");
        flow.setTopLevel(topLevel);
        flow.setBuiltIn(false);
        List<AuthenticationExecutionExportRepresentation> executions = new ArrayList<>();
        flows.add(flow);
        for (Step step : steps) {
            AuthenticationExecutionExportRepresentation execution = new AuthenticationExecutionExportRepresentation();
            execution.setPriority(10 * (executions.size() + 1));
            if (step instanceof Form form) {
                execution.setAuthenticator(form.authenticator());
                execution.setRequirement(form.requirement());
                execution.setAuthenticatorFlow(false);
                if (!form.config().isEmpty()) {
                    AuthenticatorConfigRepresentation config = new AuthenticatorConfigRepresentation();
                    config.setAlias(alias + " " + executions.size());
                    config.setConfig(new HashMap<>(form.config()));
                    configs.add(config);
                    execution.setAuthenticatorConfig(config.getAlias());
                }
            } else if (step instanceof Subflow subflow) {
                String below = alias + "." + executions.size();
                execution.setFlowAlias(below);
                execution.setRequirement(subflow.requirement());
                execution.setAuthenticatorFlow(true);
                add(below, false, subflow.steps(), flows, configs);
            }
            executions.add(execution);
        }
        flow.setAuthenticationExecutions(executions);
    }
}
