package org.twofactor.keycloak.dev;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.twofactor.keycloak.it.server.Distribution;
import org.twofactor.keycloak.it.server.DistributionServer;
import org.twofactor.keycloak.it.server.KeycloakProcess;
import org.twofactor.keycloak.it.server.ProviderJars;

/**
 * The Keycloak of the inner loop: it keeps running between two runs of the tests, which reach it by
 * {@code -Dkc.backend=external}. {@code start} deploys our JARs as they are now and starts it, in place of the one that
 * runs already; {@code stop} ends it, {@code leave} leaves it. Its data is in memory, and it listens on loopback only.
 */
public final class DevServer {
    private static final Duration TIME_TO_START = Duration.ofMinutes(4);
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(30);

    private final Path home = Path.of(required("kc.home"));
    private final URI url = URI.create(required("kc.url"));
    private final URI managementUrl = URI.create(required("kc.management.url"));
    private final Path log = Path.of(required("kc.log"));

    /** Which process it is: its id and when it started, since ids are given out again. */
    private final Path mark = log.resolveSibling("dev-server.pid");

    private DevServer() {}

    public static void main(String[] arguments) throws IOException {
        DevServer server = new DevServer();
        switch (String.join(" ", arguments)) {
            case "start" -> {
                server.stop();
                server.start();
            }
            case "stop" -> server.stop();
            case "leave" -> {}
            default ->
                throw new IllegalArgumentException(
                        "-Ddev=" + String.join(" ", arguments) + ": say start, stop or leave");
        }
    }

    private void start() throws IOException {
        List<Path> jars =
                Arrays.stream(required("kc.jars").split(",", -1)).map(Path::of).toList();
        ProviderJars.deploy(jars, home);
        List<String> options = new ArrayList<>(List.of("start-dev", "--db=dev-mem", "--cache=local"));
        options.addAll(Distribution.BUILD_OPTIONS);
        options.add("--http-host=127.0.0.1");
        options.add("--http-port=" + url.getPort());
        options.add("--http-management-port=" + managementUrl.getPort());
        options.add("--log=console");
        options.add("--log-console-color=false");
        Map<String, String> environment = new HashMap<>(DistributionServer.BOOTSTRAP);
        environment.put("JAVA_OPTS_APPEND", System.getProperty("kc.jvm", ""));
        // Not closed at the end: it outlives this JVM.
        @SuppressWarnings("MustBeClosed")
        KeycloakProcess keycloak =
                KeycloakProcess.start(home, options, environment, ProcessBuilder.Redirect.to(log.toFile()));
        Files.writeString(mark, mark(keycloak.process().toHandle()));
        if (!keycloak.awaitReady(managementUrl, TIME_TO_START)) {
            stop();
            throw new IllegalStateException("Keycloak did not get ready; " + log + " says why");
        }
        System.out.println("Keycloak is ready at " + url + ", its log is " + log);
    }

    private void stop() throws IOException {
        Optional<ProcessHandle> running = running();
        if (running.isPresent()) {
            List<ProcessHandle> all =
                    new ArrayList<>(running.get().descendants().toList());
            all.add(running.get());
            all.forEach(ProcessHandle::destroy);
            awaitEnd(all);
        }
        Files.deleteIfExists(mark);
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        CompletableFuture<Void> end = CompletableFuture.allOf(
                processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            end.get(TIME_TO_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    private Optional<ProcessHandle> running() throws IOException {
        if (!Files.exists(mark)) {
            return Optional.empty();
        }
        String wanted = Files.readString(mark);
        return ProcessHandle.of(Long.parseLong(wanted.split(" ", 2)[0]))
                .filter(process -> mark(process).equals(wanted));
    }

    private static String mark(ProcessHandle process) {
        return process.pid() + " " + process.info().startInstant().orElseThrow();
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException("-D" + property + " is missing: CONTRIBUTING.md says how Maven starts it");
        }
        return value;
    }
}
