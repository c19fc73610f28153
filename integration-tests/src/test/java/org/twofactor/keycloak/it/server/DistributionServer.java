package org.twofactor.keycloak.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Keycloak distribution, as users run it, in a process of its own on two free ports of the loopback interface. The
 * build unpacks it ({@code -Dkc.home}) and names the JARs to deploy ({@code -Dkc.jars}).
 *
 * <p>Further: {@code -Dkc.jvm} options of its JVM, {@code -Dkc.args} more arguments of {@code kc.sh}, {@code -Dkc.out}
 * the folder for its log.
 */
public final class DistributionServer implements KeycloakServer {

    private static final String ADMIN = "admin";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final KeycloakProcess process;
    private final URI url;
    private final URI managementUrl;
    private final Path log;

    private DistributionServer(KeycloakProcess process, URI url, URI managementUrl, Path log) {
        this.process = process;
        this.url = url;
        this.managementUrl = managementUrl;
        this.log = log;
    }

    static DistributionServer start() {
        Path home = Path.of(required("kc.home"));
        Path log = Path.of(System.getProperty("kc.out", "target")).resolve("keycloak.log");
        ProviderJars.deploy(jars(), home);
        List<Integer> ports = FreePorts.find(2);
        URI url = URI.create("http://127.0.0.1:" + ports.get(0));
        URI managementUrl = URI.create("http://127.0.0.1:" + ports.get(1));
        KeycloakProcess process = KeycloakProcess.start(
                home,
                arguments(ports.get(0), ports.get(1)),
                Map.of(
                        "KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN,
                        "KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN,
                        "JAVA_OPTS_APPEND", jvmOptions()),
                ProcessBuilder.Redirect.to(log.toFile()));
        DistributionServer server = new DistributionServer(process, url, managementUrl, log);
        if (!process.awaitReady(managementUrl, PATIENCE)) {
            server.close();
            throw new IllegalStateException("Keycloak did not get ready; the end of " + log + ":\n" + tail(log));
        }
        return server;
    }

    private static List<String> arguments(int port, int managementPort) {
        List<String> arguments = new ArrayList<>(List.of(
                "start-dev",
                "--db=dev-mem",
                "--cache=local",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--http-management-port=" + managementPort,
                "--health-enabled=true",
                "--metrics-enabled=true",
                "--event-metrics-user-enabled=true",
                // Without a D-Bus socket Keycloak waits ten seconds for one, only to find that it has no SSSD.
                "--spi-storage--sssd--enabled=false",
                // The console is the log: the file handler would rotate, and throw away what we search.
                "--log=console",
                "--log-console-color=false"));
        arguments.addAll(words(System.getProperty("kc.args", "")));
        return arguments;
    }

    /** The JARs that a server under test has in its {@code providers} folder: ours, and that of the test support. */
    static List<Path> jars() {
        return Arrays.stream(required("kc.jars").split(",", -1)).map(Path::of).toList();
    }

    private static String jvmOptions() {
        return Stream.of(System.getProperty("kc.jvm", ""), System.getProperty("kc.jacoco", ""))
                // What the build could not fill in, because -Djacoco.skip left the agent out.
                .filter(option -> !option.isBlank() && !option.contains("${"))
                .collect(Collectors.joining(" "));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(word -> !word.isBlank())
                .toList();
    }

    static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException("-D" + property + " is missing (mvn verify sets all but -Dkc.image)");
        }
        return value;
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public URI url() {
        return url;
    }

    @Override
    public URI managementUrl() {
        return managementUrl;
    }

    @Override
    public Path log() {
        return log;
    }

    @Override
    public String adminUsername() {
        return ADMIN;
    }

    @Override
    public String adminPassword() {
        return ADMIN;
    }

    @Override
    public String mailHost() {
        return "127.0.0.1";
    }

    @Override
    public void close() {
        process.close();
    }
}
