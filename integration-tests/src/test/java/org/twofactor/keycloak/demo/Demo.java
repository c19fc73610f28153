package org.twofactor.keycloak.demo;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.server.FreePorts;
import org.twofactor.keycloak.it.server.KeycloakProcess;
import org.twofactor.keycloak.it.server.ProviderJars;

/**
 * Shows the extension to somebody with a JDK and Maven and nothing else: a real Keycloak with our JAR and a realm with
 * users in it, and a mail server whose mails can be read in the browser. For trying out only: everything listens on
 * loopback, with passwords that everybody knows.
 *
 * <p>{@code mvn -B -q -Pdemo -DskipTests pre-integration-test} runs it, in Maven's own JVM.
 */
public final class Demo {

    private static final String ADMIN = "admin";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** How a process ends that was asked to: 128 + the number of SIGINT or SIGTERM, or just well. */
    private static final Set<Integer> ASKED_TO_STOP = Set.of(0, 130, 143);

    private Demo() {}

    /** Runs until it is stopped. */
    public static void main(String[] arguments) throws InterruptedException {
        int status = 0;
        try {
            DemoSettings settings = DemoSettings.read();
            status = run(settings, DemoRealm.read(settings));
        } catch (CannotStart reason) {
            say("  The demo can't start. " + reason.getMessage());
            status = 1;
        } catch (IOException e) {
            say("  The demo can't start: " + e.getMessage());
            status = 1;
        }
        // Maven would go on, and call a demo that was stopped a failure.
        System.exit(status);
    }

    private static int run(DemoSettings settings, DemoRealm realm) throws IOException, InterruptedException {
        ProviderJars.deploy(List.of(settings.jar()), settings.home());
        boolean fresh = realm.prepareImport();
        say("  Starting Keycloak" + (fresh ? " for the first time: this takes half a minute or so." : "."));
        try (Inbox inbox = Inbox.start("127.0.0.1", settings.smtpPort());
                InboxPage page = InboxPage.start(inbox, settings.inboxPort())) {
            int managementPort = FreePorts.find(1).get(0);
            try (KeycloakProcess keycloak = start(settings, managementPort, fresh)) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(keycloak, page, inbox), "demo-stop"));
                if (!keycloak.awaitReady(URI.create("http://127.0.0.1:" + managementPort), PATIENCE)) {
                    return endedBeforeItWasReady(settings, keycloak.process());
                }
                realm.imported();
                say(Welcome.text(settings, realm, ADMIN, sinceTheCommand()));
                return endedBy(settings, keycloak.process().waitFor());
            }
        }
    }

    private static KeycloakProcess start(DemoSettings settings, int managementPort, boolean fresh) {
        Map<String, String> environment = new HashMap<>(Map.of(
                // Halves the start, and nobody measures a demo.
                "JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1",
                "SMTP_HOST", "127.0.0.1",
                "SMTP_PORT", String.valueOf(settings.smtpPort())));
        if (fresh) {
            // Only then: with an administrator in the database Keycloak complains that it can't make another.
            environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
            environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
        }
        KeycloakProcess keycloak = KeycloakProcess.start(
                settings.home(),
                List.of(
                        "start-dev",
                        "--import-realm",
                        "--cache=local",
                        "--http-host=127.0.0.1",
                        "--http-port=" + settings.port(),
                        "--http-management-port=" + managementPort,
                        "--health-enabled=true",
                        // Without a D-Bus socket Keycloak waits ten seconds for one.
                        "--spi-storage--sssd--enabled=false",
                        "--log-console-color=false"),
                environment,
                ProcessBuilder.Redirect.PIPE);
        new DemoLog(settings.log(), System.out).follow(keycloak.process().getInputStream());
        return keycloak;
    }

    /** From when Maven's JVM started, which is when the user pressed return. */
    private static Duration sinceTheCommand() {
        Instant start =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        return Duration.between(start, Instant.now());
    }

    private static int endedBeforeItWasReady(DemoSettings settings, Process process) {
        if (!process.isAlive() && ASKED_TO_STOP.contains(process.exitValue()) && process.exitValue() != 0) {
            return 0;
        }
        say("  Keycloak did not get ready. Its log says why: " + settings.logAsSeen());
        return 1;
    }

    private static int endedBy(DemoSettings settings, int exitValue) {
        if (ASKED_TO_STOP.contains(exitValue)) {
            return 0;
        }
        say("  Keycloak ended by itself (" + exitValue + "). Its log says why: " + settings.logAsSeen());
        return 1;
    }

    private static void stop(KeycloakProcess keycloak, InboxPage page, Inbox inbox) {
        keycloak.close();
        page.close();
        inbox.close();
        say("  The demo is stopped.");
    }

    private static void say(String text) {
        System.out.println(text);
    }
}
