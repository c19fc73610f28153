package org.twofactor.keycloak.it.server;

import dasniko.testcontainers.keycloak.KeycloakContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.output.OutputFrame;

/**
 * Keycloak in a container of the image {@code -Dkc.image}. Without a container engine the tests are skipped and say so.
 *
 * <p>Its mails go to the gateway of the container's network, which is this machine on Linux; elsewhere name it with
 * {@code -Dkc.mail.host}.
 */
public final class ContainerServer implements KeycloakServer {

    private final KeycloakContainer container;
    private final Path log;

    private ContainerServer(KeycloakContainer container, Path log) {
        this.container = container;
        this.log = log;
    }

    /** Why there can't be one here, if so. */
    static Optional<String> obstacle() {
        return DockerClientFactory.instance().isDockerAvailable()
                ? Optional.empty()
                : Optional.of("-Dkc.backend=container was asked for, but no container engine answers: "
                        + "start one, or set DOCKER_HOST");
    }

    static ContainerServer start() {
        Path log = emptyLog();
        String image = Distribution.required("kc.image");
        // Its owner closes it: ours is ContainerServer.close().
        @SuppressWarnings("resource")
        KeycloakContainer container = new KeycloakContainer(image)
                .withProviderLibsFrom(
                        Distribution.jars().stream().map(Path::toFile).toList())
                .withEnabledMetrics()
                .withCustomCommand("--event-metrics-user-enabled=true")
                .withCustomCommand("--spi-storage--sssd--enabled=false")
                .withStartupTimeout(Duration.ofMinutes(4))
                .withLogConsumer(frame -> append(log, frame));
        container.start();
        return new ContainerServer(container, log);
    }

    private static Path emptyLog() {
        Path log = Path.of(System.getProperty("kc.out", "target")).resolve("keycloak.log");
        try {
            return Files.writeString(log, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(Path log, OutputFrame frame) {
        try {
            Files.writeString(log, frame.getUtf8String(), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI withoutSlash(String url) {
        return URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    @Override
    public URI url() {
        return withoutSlash(container.getAuthServerUrl());
    }

    @Override
    public URI managementUrl() {
        return withoutSlash(container.getMgmtServerUrl());
    }

    @Override
    public Path log() {
        return log;
    }

    @Override
    public String adminUsername() {
        return container.getAdminUsername();
    }

    @Override
    public String adminPassword() {
        return container.getAdminPassword();
    }

    @Override
    public String mailHost() {
        String named = System.getProperty("kc.mail.host", "");
        if (!named.isBlank()) {
            return named;
        }
        return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(network -> network.getGateway())
                .filter(gateway -> gateway != null && !gateway.isBlank())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the container has no gateway: set -Dkc.mail.host"));
    }

    @Override
    public void close() {
        container.close();
    }
}
