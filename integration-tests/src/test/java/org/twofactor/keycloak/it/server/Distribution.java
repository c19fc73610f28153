package org.twofactor.keycloak.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Keycloak on disk, with the JARs under test in its {@code providers} folder, that servers are started from. The build
 * unpacks one ({@code -Dkc.home}) and names the JARs ({@code -Dkc.jars}); {@code -Dkc.jvm} are options of every JVM.
 */
public final class Distribution {

    /** What is built into every server under test. */
    public static final List<String> BUILD_OPTIONS = List.of(
            "--health-enabled=true",
            "--metrics-enabled=true",
            "--event-metrics-user-enabled=true",
            // Without a D-Bus socket Keycloak waits ten seconds for one, only to find that it has no SSSD.
            "--spi-storage--sssd--enabled=false");

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Path home;

    private Distribution(Path home) {
        this.home = home;
    }

    /**
     * A copy of what the build unpacked, instead of whatever is there: servers that run side by side build themselves
     * each in a home of its own. It takes next to no space: the files that nobody ever writes are the same ones.
     */
    public static Distribution copyTo(Path home) {
        Path unpacked = Path.of(required("kc.home"));
        try {
            if (Files.exists(home)) {
                Files.walkFileTree(home, new Deletion());
            }
            Files.walkFileTree(unpacked, new Copy(unpacked, home));
        } catch (IOException e) {
            throw new UncheckedIOException("can't copy " + unpacked + " to " + home, e);
        }
        ProviderJars.deploy(jars(), home);
        return new Distribution(home);
    }

    /** Where it lies. */
    public Path home() {
        return home;
    }

    /** Builds it for {@code start --optimized}, with these options beside the usual. */
    public void build(List<String> options, Path log) {
        List<String> arguments = new ArrayList<>(List.of("build"));
        arguments.addAll(BUILD_OPTIONS);
        arguments.addAll(options);
        KeycloakProcess build = KeycloakProcess.start(
                home,
                arguments,
                // It is over before a better compiler would pay.
                Map.of("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1"),
                ProcessBuilder.Redirect.to(log.toFile()));
        if (!build.awaitEnd(PATIENCE) || build.process().exitValue() != 0) {
            build.close();
            throw new IllegalStateException("kc.sh build failed; the end of " + log + ":\n" + tail(log));
        }
    }

    /** Starts a server on two free ports of the loopback interface, and waits until it is ready. */
    public DistributionServer start(List<String> arguments, Map<String, String> environment, Path log) {
        List<Integer> ports = FreePorts.find(2);
        URI url = URI.create("http://127.0.0.1:" + ports.get(0));
        URI managementUrl = URI.create("http://127.0.0.1:" + ports.get(1));
        List<String> all = new ArrayList<>(arguments);
        all.add("--http-host=127.0.0.1");
        all.add("--http-port=" + url.getPort());
        all.add("--http-management-port=" + managementUrl.getPort());
        // The console is the log: the file handler would rotate, and throw away what we search.
        all.add("--log=console");
        all.add("--log-console-color=false");
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("JAVA_OPTS_APPEND", jvmOptions());
        DistributionServer server = new DistributionServer(
                KeycloakProcess.start(home, all, variables, ProcessBuilder.Redirect.to(log.toFile())),
                url,
                managementUrl,
                log);
        server.awaitReady(PATIENCE);
        return server;
    }

    /** The JARs that a server under test has in its {@code providers} folder: ours, and that of the test support. */
    static List<Path> jars() {
        return Arrays.stream(required("kc.jars").split(",", -1)).map(Path::of).toList();
    }

    static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException("-D" + property + " is missing (mvn verify sets all but -Dkc.image)");
        }
        return value;
    }

    /** The last lines of a log, for whoever has to say that something went wrong. */
    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jvmOptions() {
        return Stream.of(System.getProperty("kc.jvm", ""), System.getProperty("kc.jacoco", ""))
                // What the build could not fill in, because -Djacoco.skip left the agent out.
                .filter(option -> !option.isBlank() && !option.contains("${"))
                .collect(Collectors.joining(" "));
    }

    /** Everything but the data; libraries as hard links, since all that {@code kc.sh build} writes lies beside them. */
    private static final class Copy extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Copy(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.equals(from.resolve("data"))) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(there(folder));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (file.startsWith(from.resolve("lib/lib"))) {
                Files.createLink(there(file), file);
            } else {
                Files.copy(file, there(file), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
        }

        private Path there(Path here) {
            return to.resolve(from.relativize(here));
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException problem) throws IOException {
            if (problem != null) {
                throw problem;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
