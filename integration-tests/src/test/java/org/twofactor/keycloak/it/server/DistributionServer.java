package org.twofactor.keycloak.it.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The Keycloak {@link Distribution}, as users run it, in a process of its own on two free ports of the loopback
 * interface.
 *
 * <p>Further: {@code -Dkc.build} more options of {@code kc.sh build} for the one that all tests share, such as
 * {@code --features=stateless}, {@code -Dkc.args} more arguments of its start, {@code -Dkc.out} the folder for its log.
 */
public final class DistributionServer implements KeycloakServer {

    /** Makes the first administrator, in an empty database. */
    public static final Map<String, String> BOOTSTRAP =
            Map.of("KC_BOOTSTRAP_ADMIN_USERNAME", "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD", "admin");

    private final KeycloakProcess process;
    private final URI url;
    private final URI managementUrl;
    private final Path log;

    DistributionServer(KeycloakProcess process, URI url, URI managementUrl, Path log) {
        this.process = process;
        this.url = url;
        this.managementUrl = managementUrl;
        this.log = log;
    }

    /**
     * The one that all tests share: on its own, with a database in memory. Built first and started as in production, since
     * the development mode builds itself at each start and reads its themes anew for each page.
     */
    static DistributionServer start() {
        Path out = Path.of(System.getProperty("kc.out", "target"));
        Distribution distribution = Distribution.copyTo(out.resolve("keycloak"));
        List<String> options = new ArrayList<>(List.of("--db=dev-mem"));
        options.addAll(words(System.getProperty("kc.build", "")));
        distribution.build(options, out.resolve("keycloak-build.log"));
        List<String> arguments = new ArrayList<>(
                List.of("start", "--optimized", "--cache=local", "--http-enabled=true", "--hostname-strict=false"));
        arguments.addAll(words(System.getProperty("kc.args", "")));
        return distribution.start(arguments, BOOTSTRAP, out.resolve("keycloak.log"));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(word -> !word.isBlank())
                .toList();
    }

    void awaitReady(Duration patience) {
        if (!process.awaitReady(managementUrl, patience)) {
            giveUp("did not get ready");
        }
    }

    /** Waits for what the server comes to by itself; when it does not, says what that was and stops the server. */
    public void await(String what, BooleanSupplier condition, Duration patience) {
        if (!process.await(condition, patience)) {
            giveUp("did not come to " + what);
        }
    }

    private void giveUp(String what) {
        close();
        throw new IllegalStateException("Keycloak " + what + "; the end of " + log + ":\n" + Distribution.tail(log));
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
        return BOOTSTRAP.get("KC_BOOTSTRAP_ADMIN_USERNAME");
    }

    @Override
    public String adminPassword() {
        return BOOTSTRAP.get("KC_BOOTSTRAP_ADMIN_PASSWORD");
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
