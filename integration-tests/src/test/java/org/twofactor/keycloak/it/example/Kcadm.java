package org.twofactor.keycloak.it.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * Keycloak's own {@code kcadm.sh}, logged in as the administrator, with a memory of its own: what the person at this
 * machine has logged in to stays untouched. Scripts of {@code docs/examples} run with it as their {@code KCADM}.
 */
final class Kcadm {
    private static final Path EXAMPLES = Path.of("../docs/examples");
    private static final int MINUTES = 4;

    private final Path command;

    private Kcadm(Path command) {
        this.command = command;
    }

    /** @param folder for the login; the test deletes it */
    static Kcadm loggedIn(KeycloakServer server, Path folder) {
        Path command = folder.resolve("kcadm");
        Path original = Path.of(System.getProperty("kc.home")).resolve("bin/kcadm.sh");
        try {
            Files.writeString(
                    command,
                    "#!/bin/sh\nexec '%s' \"$@\" --config '%s'\n".formatted(original, folder.resolve("login")));
            Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Kcadm kcadm = new Kcadm(command);
        Run login = kcadm.run(List.of(
                command.toString(),
                "config",
                "credentials",
                "--server",
                server.url().toString(),
                "--realm",
                "master",
                "--user",
                server.adminUsername(),
                "--password",
                server.adminPassword()));
        assertThat(login.status()).as(login.output()).isZero();
        return kcadm;
    }

    /** Runs a script of {@code docs/examples} to its end. */
    Run script(String name, String... arguments) {
        List<String> line =
                new ArrayList<>(List.of("bash", EXAMPLES.resolve(name).toString()));
        line.addAll(List.of(arguments));
        return run(line);
    }

    /** What came of a script: its exit status, and all it said. */
    record Run(int status, String output) {}

    private Run run(List<String> line) {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("KCADM", command.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Two dozen short lives of a JVM: compiling much does not pay.
        builder.environment().put("KC_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as(output).isTrue();
            return new Run(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
