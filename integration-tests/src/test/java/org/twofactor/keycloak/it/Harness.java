package org.twofactor.keycloak.it;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.keycloak.admin.client.Keycloak;
import org.twofactor.keycloak.it.api.ContractCoverage;
import org.twofactor.keycloak.it.browser.Chromium;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.MasterAdmin;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** All that exists once for all integration tests of a run. {@link KeycloakExtension} starts it and hands its parts out. */
final class Harness implements AutoCloseable {

    private final KeycloakServer server;
    private final Inbox inbox;
    private final Keycloak admin;
    private final Backdoor backdoor;
    private final ServerClock clock;
    private Chromium chromium;

    private Harness(KeycloakServer server, Inbox inbox, Keycloak admin) {
        this.server = server;
        this.inbox = inbox;
        this.admin = admin;
        this.backdoor = new Backdoor(server);
        // Its session may not exist at the new time, nor again at the old: log in anew.
        this.clock = new ServerClock(
                List.of(backdoor), List.of(() -> admin.tokenManager().grantToken()));
    }

    static Harness start() {
        // The server is closed by close(), and not at the end of this method.
        @SuppressWarnings("MustBeClosed")
        KeycloakServer server = KeycloakServer.start();
        Inbox inbox = Inbox.start(server.mailHost(), 0);
        Keycloak admin = MasterAdmin.logIn(server);
        return new Harness(server, inbox, admin);
    }

    KeycloakServer server() {
        return server;
    }

    Inbox inbox() {
        return inbox;
    }

    Keycloak admin() {
        return admin;
    }

    Backdoor backdoor() {
        return backdoor;
    }

    ServerClock clock() {
        return clock;
    }

    /** Started by the first test that asks for it. */
    synchronized Chromium chromium() {
        if (chromium == null) {
            chromium = Chromium.start();
        }
        return chromium;
    }

    /** What the next test shall not find as this one left it. */
    synchronized void tidyUp() {
        clock.close();
        if (chromium != null) {
            chromium.sendEverybodyHome();
        }
    }

    NewRealm newRealm(Consumer<TestRealm> onCreated) {
        return new NewRealm(server, admin, inbox, onCreated);
    }

    @Override
    public synchronized void close() {
        Path out = Path.of(System.getProperty("kc.out", "target"));
        ContractCoverage.ofThisRun().write(out.resolve("contract-coverage.md"));
        IssuedSecrets.write(out.resolve("issued-secrets.txt"));
        if (chromium != null) {
            chromium.close();
        }
        admin.close();
        server.close();
        inbox.close();
    }
}
