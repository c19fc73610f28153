package org.twofactor.keycloak.it.cluster;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the one {@link Cluster} of the run to the classes that ask for it: made for the first, kept in JUnit's
 * store of the session, which closes it at the end. Its clock is put right after each test and class.
 */
final class ClusterExtension implements ParameterResolver, AfterEachCallback, AfterAllCallback {

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(ClusterExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return cluster(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        cluster(context).clock().close();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        cluster(context).clock().close();
    }

    private static Cluster cluster(ExtensionContext context) {
        return context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, OURS)
                .getOrComputeIfAbsent(Cluster.class, key -> Cluster.prepare(), Cluster.class);
    }
}
