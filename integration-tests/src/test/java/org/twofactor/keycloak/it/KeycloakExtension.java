package org.twofactor.keycloak.it;

import java.lang.reflect.Executable;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.keycloak.admin.client.Keycloak;
import org.twofactor.keycloak.it.browser.Chromium;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * Starts the {@link Harness} for the first class that needs it and keeps it in JUnit's store of the session, which closes
 * it after the last. See {@link KeycloakTest} for what tests get.
 */
final class KeycloakExtension
        implements ExecutionCondition, BeforeAllCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(KeycloakExtension.class);

    private static final Optional<String> OBSTACLE = KeycloakServer.obstacle();

    private static final Optional<String> NO_BROWSER = Chromium.obstacle();

    static {
        OBSTACLE.ifPresent(why -> System.err.println("SKIPPING ALL INTEGRATION TESTS: " + why));
        NO_BROWSER.ifPresent(why -> System.err.println("SKIPPING THE TESTS IN A BROWSER: " + why));
    }

    private static final Map<Class<?>, BiFunction<Harness, ExtensionContext, Object>> PARAMETERS = Map.of(
            KeycloakServer.class, (harness, test) -> harness.server(),
            Inbox.class, (harness, test) -> harness.inbox(),
            ServerClock.class, (harness, test) -> harness.clock(),
            Backdoor.class, (harness, test) -> harness.backdoor(),
            Chromium.class, (harness, test) -> harness.chromium(),
            Keycloak.class, (harness, test) -> harness.admin(),
            NewRealm.class, KeycloakExtension::newRealm,
            TestRealm.class, KeycloakExtension::realmOfTheClass);

    /** Skips, and says why: a run that is green because it did nothing must not look like one that did. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return OBSTACLE.or(() -> NO_BROWSER.filter(why -> asksForBrowser(context)))
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("all that it needs is there"));
    }

    private static boolean asksForBrowser(ExtensionContext context) {
        return context.getElement().stream()
                .flatMap(element -> element instanceof Class<?> testClass
                        ? Arrays.stream(testClass.getDeclaredConstructors())
                        : Stream.of((Executable) element))
                .flatMap(place -> Arrays.stream(place.getParameterTypes()))
                .anyMatch(Chromium.class::equals);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        harness(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        harness(context).tidyUp();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        harness(context).tidyUp();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return PARAMETERS.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return PARAMETERS.get(parameter.getParameter().getType()).apply(harness(context), context);
    }

    private static Harness harness(ExtensionContext context) {
        return context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, OURS)
                .getOrComputeIfAbsent(Harness.class, key -> Harness.start(), Harness.class);
    }

    private static TestRealm realmOfTheClass(Harness harness, ExtensionContext context) {
        return storeOfTheClass(context)
                .getOrComputeIfAbsent(
                        TestRealm.class, key -> harness.newRealm(realm -> {}).create(), TestRealm.class);
    }

    /** The store of the class closes the realm, as it does with all that can be closed, when the class is over. */
    private static NewRealm newRealm(Harness harness, ExtensionContext context) {
        return harness.newRealm(realm -> storeOfTheClass(context).put(realm.name(), realm));
    }

    private static ExtensionContext.Store storeOfTheClass(ExtensionContext context) {
        ExtensionContext outermost = context;
        while (outermost
                .getParent()
                .filter(parent -> parent != context.getRoot())
                .isPresent()) {
            outermost = outermost.getParent().orElseThrow();
        }
        return outermost.getStore(OURS);
    }
}
