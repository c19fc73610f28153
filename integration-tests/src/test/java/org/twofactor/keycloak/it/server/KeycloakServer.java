package org.twofactor.keycloak.it.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The Keycloak that the integration tests talk to, wherever it runs. One for all of them: a start costs more than the
 * tests of a class, and realms keep them apart.
 *
 * <p>{@code -Dkc.backend} chooses: {@code dist} (the distribution, as a process of its own; the default),
 * {@code container} (an image, {@code -Dkc.image}) or {@code external} (one that runs already, {@code -Dkc.url}).
 */
public interface KeycloakServer extends AutoCloseable {

    /** Where its realms are, without a slash at the end. */
    URI url();

    /** Where its health and metrics are, without a slash at the end. */
    URI managementUrl();

    /** All it logs, in one file that never rotates: a test searches it for secrets. */
    Path log();

    String adminUsername();

    String adminPassword();

    /** This machine as the server sees it: the host of its SMTP settings. */
    String mailHost();

    @Override
    void close();

    /** Why the server that {@code -Dkc.backend} asks for can't be had on this machine, if so. */
    static Optional<String> obstacle() {
        return backend().equals("container") ? ContainerServer.obstacle() : Optional.empty();
    }

    private static String backend() {
        return System.getProperty("kc.backend", "dist");
    }

    /** Starts the one that {@code -Dkc.backend} asks for, and waits until it is ready. */
    static KeycloakServer start() {
        return switch (backend()) {
            case "dist" -> DistributionServer.start();
            case "container" -> ContainerServer.start();
            case "external" -> ExternalServer.fromSystemProperties();
            default ->
                throw new IllegalArgumentException("-Dkc.backend=" + backend() + ": say dist, container or external");
        };
    }
}
