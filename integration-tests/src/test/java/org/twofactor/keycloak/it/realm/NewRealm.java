package org.twofactor.keycloak.it.realm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.representations.idm.AuthenticationExecutionExportRepresentation;
import org.keycloak.representations.idm.AuthenticationFlowRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.keycloak.representations.idm.RequiredActionConfigRepresentation;
import org.keycloak.representations.idm.RequiredActionProviderSimpleRepresentation;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * A test realm in the making: our direct grant flow, our required action with its settings, clients of every kind, mail
 * to the inbox, events kept. A test says what is different about its realm, then {@link #create()}s it.
 */
public final class NewRealm {

    static final String REQUIRED_ACTION = "CONFIGURE_TWO_FACTOR";

    private static final List<String> ENROLMENT_ACTIONS =
            List.of("two-factor-enrol-email-otp", "two-factor-recovery-codes");

    private static final String DIRECT_GRANT_FLOW = "two-factor direct grant";
    private static final int TWO_WEEKS = 1_209_600;

    private final KeycloakServer server;
    private final Keycloak admin;
    private final Consumer<TestRealm> onCreated;
    private final RealmRepresentation realm;
    private final Map<String, String> settings = new HashMap<>(Map.of("loginClient", TestClients.APP));

    /**
     * @param onCreated is told of the realm, to delete it some day
     */
    public NewRealm(KeycloakServer server, Keycloak admin, Inbox inbox, Consumer<TestRealm> onCreated) {
        this.server = server;
        this.admin = admin;
        this.onCreated = onCreated;
        this.realm = defaults(server, inbox);
    }

    private static RealmRepresentation defaults(KeycloakServer server, Inbox inbox) {
        RealmRepresentation realm = new RealmRepresentation();
        realm.setRealm(RandomName.after("it-"));
        realm.setEnabled(true);
        realm.setSslRequired("none");
        // Quick, since users come and go by the hundred: what a hash costs is tested elsewhere.
        realm.setPasswordPolicy("hashAlgorithm(pbkdf2-sha256) and hashIterations(100)");
        realm.setResetPasswordAllowed(true);
        realm.setAccessTokenLifespan(300);
        realm.setSsoSessionIdleTimeout(TWO_WEEKS);
        realm.setSsoSessionMaxLifespan(TWO_WEEKS);
        realm.setInternationalizationEnabled(true);
        // A set that may grow: Keycloak's class adds to it.
        realm.setSupportedLocales(new HashSet<>(Set.of("en", "de", "fr")));
        realm.setDefaultLocale("en");
        realm.setEventsEnabled(true);
        realm.setEventsListeners(List.of("jboss-logging"));
        realm.setAdminEventsEnabled(true);
        realm.setAdminEventsDetailsEnabled(true);
        realm.setSmtpServer(new HashMap<>(Map.of(
                "host",
                server.mailHost(),
                "port",
                String.valueOf(inbox.port()),
                "from",
                "no-reply@example.org",
                "fromDisplayName",
                "Integration tests")));
        realm.setAuthenticationFlows(List.of(directGrantFlow()));
        realm.setDirectGrantFlow(DIRECT_GRANT_FLOW);
        realm.setClients(TestClients.all());
        return realm;
    }

    private static AuthenticationFlowRepresentation directGrantFlow() {
        AuthenticationFlowRepresentation flow = new AuthenticationFlowRepresentation();
        flow.setAlias(DIRECT_GRANT_FLOW);
        flow.setProviderId("basic-flow");
        flow.setTopLevel(true);
        flow.setBuiltIn(false);
        flow.setAuthenticationExecutions(List.of(
                required("direct-grant-validate-username", 10),
                required("direct-grant-validate-password", 20),
                required("two-factor-direct-grant", 30)));
        return flow;
    }

    private static AuthenticationExecutionExportRepresentation required(String authenticator, int priority) {
        AuthenticationExecutionExportRepresentation execution = new AuthenticationExecutionExportRepresentation();
        execution.setAuthenticator(authenticator);
        execution.setRequirement("REQUIRED");
        execution.setPriority(priority);
        execution.setAuthenticatorFlow(false);
        return execution;
    }

    /** Changes anything of the realm. */
    public NewRealm with(Consumer<RealmRepresentation> change) {
        change.accept(realm);
        return this;
    }

    /** Adds to the settings of our required action, or replaces some. */
    public NewRealm settings(Map<String, String> more) {
        settings.putAll(more);
        return this;
    }

    /** The realm's OTP policy. The algorithm as Keycloak spells it: HmacSHA1, HmacSHA256, HmacSHA512. */
    public NewRealm otpPolicy(String algorithm, int digits, int periodSeconds, int lookAround) {
        return with(policy -> {
            policy.setOtpPolicyType("totp");
            policy.setOtpPolicyAlgorithm(algorithm);
            policy.setOtpPolicyDigits(digits);
            policy.setOtpPolicyPeriod(periodSeconds);
            policy.setOtpPolicyLookAheadWindow(lookAround);
        });
    }

    /** Keycloak's own brute force detection: locks a user for a minute and more after that many failures. */
    public NewRealm bruteForce(int failures) {
        return with(policy -> BruteForce.enable(policy, failures));
    }

    /** What users go through who log in on Keycloak's pages. */
    public NewRealm browserFlow(BrowserFlow flow) {
        return with(flow::bind);
    }

    /** Adds a flow that is not bound yet. */
    public NewRealm flow(BrowserFlow flow) {
        return with(flow::addTo);
    }

    /** The realm's password policy, in its own words: {@code length(8) and notUsername}. */
    public NewRealm passwordPolicy(String policy) {
        return with(changed -> changed.setPasswordPolicy(policy));
    }

    /** The web origins of {@link TestClients#APP}. */
    public NewRealm webOrigins(String... origins) {
        return with(changed -> changed.getClients().stream()
                .filter(client -> client.getClientId().equals(TestClients.APP))
                .forEach(client -> client.setWebOrigins(List.of(origins))));
    }

    /** A realm that keeps and logs no events: for storms, where writing them would be most of the work. */
    public NewRealm withoutEvents() {
        return with(changed -> {
            changed.setEventsEnabled(false);
            changed.setAdminEventsEnabled(false);
            changed.setEventsListeners(List.of());
        });
    }

    /** A realm whose flows are Keycloak's own. */
    public NewRealm withoutOurSteps() {
        return with(changed -> {
            changed.setAuthenticationFlows(null);
            changed.setDirectGrantFlow(null);
        });
    }

    /** A realm that can't send mail. */
    public NewRealm withoutMail() {
        return with(changed -> changed.setSmtpServer(new HashMap<>()));
    }

    public TestRealm create() {
        admin.realms().create(realm);
        TestRealm created =
                new TestRealm(realm.getRealm(), () -> admin.realm(realm.getRealm()), Api.of(server, realm.getRealm()));
        onCreated.accept(created);
        registerRequiredAction(created);
        return created;
    }

    /** After the import, not in it: a list of required actions in the import would have to name all of Keycloak's. */
    private void registerRequiredAction(TestRealm created) {
        register(created, REQUIRED_ACTION, "Set up two-factor authentication");
        RequiredActionConfigRepresentation config = new RequiredActionConfigRepresentation();
        config.setConfig(settings);
        created.admin().flows().updateRequiredActionConfig(REQUIRED_ACTION, config);
        ENROLMENT_ACTIONS.forEach(id -> register(created, id, id));
    }

    static void register(TestRealm created, String id, String name) {
        RequiredActionProviderSimpleRepresentation action = new RequiredActionProviderSimpleRepresentation();
        action.setProviderId(id);
        action.setName(name);
        created.admin().flows().registerRequiredAction(action);
    }
}
