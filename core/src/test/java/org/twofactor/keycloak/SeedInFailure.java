package org.twofactor.keycloak;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Says the seed of a property that failed in the failure itself, and not only on the console. */
public final class SeedInFailure implements AroundPropertyHook {

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        PropertyExecutionResult result = property.execute();
        return result.throwable()
                .map(failure -> result.mapToFailed(new AssertionError(
                        "with @Property(seed = \"" + result.seed().orElse("?") + "\"): " + failure.getMessage(),
                        failure)))
                .orElse(result);
    }
}
