package org.twofactor.keycloak.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the demo runs and what it runs. The build says where the files are; the ports can be changed by environment
 * variables.
 *
 * @param home the unpacked Keycloak, kept between two starts
 * @param jar the provider to deploy
 * @param realm the realm to import
 */
record DemoSettings(Path home, Path jar, Path realm, int port, int smtpPort, int inboxPort) {

    static final String COMMAND = "mvn -B -q -Pdemo -DskipTests pre-integration-test";

    static DemoSettings read() {
        DemoSettings settings = new DemoSettings(
                file("demo.home", "the unpacked Keycloak: delete the folder above it, and start again"),
                file("demo.jar", "the provider, built: start again from the root folder"),
                file("demo.realm", "the demo realm: is the checkout complete?"),
                port("DEMO_PORT", 8080),
                port("DEMO_SMTP_PORT", 3025),
                port("DEMO_INBOX_PORT", 8025));
        settings.checkPorts();
        return settings;
    }

    private static Path file(String property, String what) {
        String path = System.getProperty(property);
        if (path == null) {
            throw new CannotStart("Maven has to start it: " + COMMAND);
        }
        Path file = Path.of(path).normalize();
        if (!Files.exists(file)) {
            throw new CannotStart("There is no " + file + " (" + what + ").");
        }
        return file;
    }

    private static int port(String variable, int usual) {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
            return usual;
        }
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > 65535) {
            throw new CannotStart(variable + "=" + value + " is no port. Say a number from 1 to 65535.");
        }
        return Integer.parseInt(value);
    }

    private void checkPorts() {
        checkFree(port, "DEMO_PORT", "Keycloak");
        checkFree(smtpPort, "DEMO_SMTP_PORT", "the mail server");
        checkFree(inboxPort, "DEMO_INBOX_PORT", "the inbox page");
    }

    private static void checkFree(int port, String variable, String what) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            free.setReuseAddress(true);
        } catch (IOException taken) {
            throw new CannotStart("Port " + port + ", meant for " + what + ", is taken by another program (perhaps "
                    + "another demo?). Stop that one, or choose another port: " + variable + "=" + other(port)
                    + " " + COMMAND);
        }
    }

    private static int other(int port) {
        return port < 65_000 ? port + 100 : port - 100;
    }

    String url() {
        return "http://localhost:" + port;
    }

    String inboxUrl() {
        return "http://localhost:" + inboxPort;
    }

    /** As the user sees it from where the demo was started. */
    Path logAsSeen() {
        Path here = Path.of("").toAbsolutePath();
        return log().startsWith(here) ? here.relativize(log()) : log();
    }

    /** Beside the unpacked Keycloak, where the next version finds it too. */
    Path log() {
        return home.resolveSibling("keycloak.log");
    }
}
