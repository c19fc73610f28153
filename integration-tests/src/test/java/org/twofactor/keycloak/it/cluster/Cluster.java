package org.twofactor.keycloak.it.cluster;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.keycloak.admin.client.Keycloak;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.MasterAdmin;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.Distribution;
import org.twofactor.keycloak.it.server.DistributionServer;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * Keycloak as it runs in production: built for PostgreSQL, as many nodes as a test asks for, one cluster. The database
 * outlives the nodes, so that all of them can be stopped and others started.
 *
 * <p>The nodes are processes of one {@link Distribution} on disk; what they share beyond it is the database and what
 * they tell each other over the loopback interface. Whatever {@code -Dkc.backend} says, they are started here.
 */
public final class Cluster implements AutoCloseable {

    /** One name for all nodes, and nobody's address: nothing may depend on which node is asked. */
    private static final String HOSTNAME = "http://login.example.org";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path out;
    private final EmbeddedPostgres database;
    private final Distribution distribution;
    private final Inbox inbox;
    private final List<DistributionServer> nodes = new ArrayList<>();
    private int started;
    private Keycloak admin;
    private ServerClock clock = new ServerClock(List.of(), List.of());

    private Cluster(Path out, EmbeddedPostgres database, Distribution distribution, Inbox inbox) {
        this.out = out;
        this.database = database;
        this.distribution = distribution;
        this.inbox = inbox;
    }

    /** All that nodes need; none runs yet. */
    static Cluster prepare() {
        Path out = Path.of(System.getProperty("kc.out", "target"));
        Distribution distribution = Distribution.copyTo(out.resolve("cluster"));
        distribution.build(List.of("--db=postgres"), out.resolve("cluster-build.log"));
        try {
            EmbeddedPostgres database = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(out.resolve("postgres").toFile())
                    .setPGStartupWait(PATIENCE)
                    .start();
            return new Cluster(out, database, distribution, Inbox.start("127.0.0.1", 0));
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start", e);
        }
    }

    /** The first so many nodes, each of which sees the others. Those that are missing are started. */
    public List<KeycloakServer> nodes(int count) {
        while (nodes.size() < count) {
            add(newNode());
        }
        return List.copyOf(nodes.subList(0, count));
    }

    private void add(DistributionServer newNode) {
        clock.close();
        nodes.add(newNode);
        String members = "(" + nodes.size() + ")";
        nodes.forEach(node -> node.await(
                "a cluster of " + members, () -> latestView(node.log()).contains(members), PATIENCE));
        if (admin == null) {
            admin = MasterAdmin.logIn(newNode);
        }
        clock = new ServerClock(
                nodes.stream().map(Backdoor::new).toList(),
                List.of(() -> admin.tokenManager().grantToken()));
    }

    private DistributionServer newNode() {
        started++;
        return distribution.start(
                List.of(
                        "start",
                        "--optimized",
                        "--hostname=" + HOSTNAME,
                        "--http-enabled=true",
                        "--cache=ispn",
                        "--cache-embedded-network-bind-address=127.0.0.1",
                        "--db-url=" + database.getJdbcUrl("postgres", "postgres"),
                        "--db-username=postgres",
                        "--db-password=postgres"),
                started == 1 ? DistributionServer.BOOTSTRAP : Map.of(),
                out.resolve("cluster-node-" + started + ".log"));
    }

    private static String latestView(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("ISPN000094"))
                    .reduce((earlier, later) -> later)
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops every node. What they kept in memory is gone then. */
    public void stop() {
        clock.close();
        clock = new ServerClock(List.of(), List.of());
        if (admin != null) {
            admin.close();
            admin = null;
        }
        nodes.forEach(KeycloakServer::close);
        nodes.clear();
    }

    /** The administrator, at the first node. */
    public Keycloak admin() {
        return admin;
    }

    /** The one clock of all nodes that run. */
    public ServerClock clock() {
        return clock;
    }

    /** The mailboxes of everybody, for all nodes. */
    public Inbox inbox() {
        return inbox;
    }

    /** A realm in the making, at the first node. Nobody deletes it: it goes with the database. */
    public NewRealm newRealm() {
        return new NewRealm(nodes(1).get(0), admin, inbox, realm -> {});
    }

    @Override
    public void close() {
        stop();
        inbox.close();
        try {
            database.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
