package org.twofactor.keycloak.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One running {@code kc.sh}. It is ready when its health says so (the log line "started in" comes before the database
 * is set up), and it is stopped by SIGTERM and waited for, so that a coverage agent in it writes what it has.
 */
public final class KeycloakProcess implements AutoCloseable {

    private static final Duration BETWEEN_TWO_LOOKS = Duration.ofMillis(250);
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(30);

    private final Process process;

    private KeycloakProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts {@code home/bin/kc.sh} with these arguments. Variables of our own environment that would configure the
     * server are left out.
     */
    public static KeycloakProcess start(
            Path home, List<String> arguments, Map<String, String> environment, ProcessBuilder.Redirect output) {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve(windows ? "kc.bat" : "kc.sh").toString());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().keySet().removeIf(name -> name.startsWith("KC_") || name.startsWith("KEYCLOAK_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        try {
            return new KeycloakProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("can't start " + command.get(0), e);
        }
    }

    /** The process itself, for its output and its exit. */
    public Process process() {
        return process;
    }

    /** Waits until {@code /health/ready} says yes. False when the process ended or the time is over. */
    public boolean awaitReady(URI managementUrl, Duration patience) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        HttpRequest health = HttpRequest.newBuilder(URI.create(managementUrl + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        return await(() -> isReady(http, health), patience);
    }

    /** Waits until the condition holds. False when the process ended or the time is over. */
    public boolean await(BooleanSupplier condition, Duration patience) {
        Instant deadline = Instant.now().plus(patience);
        try {
            while (Instant.now().isBefore(deadline)) {
                if (condition.getAsBoolean()) {
                    return true;
                }
                if (process.waitFor(BETWEEN_TWO_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Waits until the process ends by itself. False when the time is over. */
    public boolean awaitEnd(Duration patience) {
        try {
            return process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isReady(HttpClient http, HttpRequest health) {
        try {
            return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        // kc.sh hands the signal on to its JVM, but only while it waits for it: remember who belongs to us first.
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        // Not Process.destroy(): it would close the output as well, and the last lines of the log be lost.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(TIME_TO_STOP.toSeconds(), TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
