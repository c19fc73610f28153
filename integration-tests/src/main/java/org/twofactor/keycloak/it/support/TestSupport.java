package org.twofactor.keycloak.it.support;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.keycloak.Config;
import org.keycloak.common.util.Time;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.cache.UserCache;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.util.JsonSerialization;

/**
 * What a test may do inside the server and no client may: move its clock, touch its tables, turn up its log.
 *
 * <p><strong>For test servers only</strong>, see {@link TestSupportFactory}: there is no authentication, on purpose, so
 * that a test can use it whatever state it has brought its users, tokens and clock into.
 */
public final class TestSupport {

    /** Keeps the loggers: java.util.logging holds them weakly, and with one that is collected its level is gone. */
    private static final Map<String, Logger> TUNED = new ConcurrentHashMap<>();

    private static final String CIBA_OPTIONS = "two-factor.test.ciba.";

    private final KeycloakSession session;

    TestSupport(KeycloakSession session) {
        this.session = session;
    }

    /** What the server's clock says, offset included. */
    @GET
    @Path("clock")
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> clock() {
        return Map.of("offset", Time.getOffset(), "millis", Time.currentTimeMillis());
    }

    /** Moves the clock of the whole server, all realms: {@code {"offset":seconds}} from the machine's. */
    @PUT
    @Path("clock")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> moveClock(InputStream body) throws IOException {
        Time.setOffset(JsonSerialization.readValue(body, Offset.class).offset());
        return clock();
    }

    /**
     * Runs one native statement. In a transaction of its own, so that it is committed when the answer arrives; and the
     * cache of users is emptied after it, or else Keycloak would go on believing the old rows.
     */
    @POST
    @Path("sql")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> sql(InputStream body) throws IOException {
        String statement = JsonSerialization.readValue(body, Sql.class).sql();
        Map<String, Object> result = KeycloakModelUtils.runJobInTransactionWithResult(
                session.getKeycloakSessionFactory(), session.getContext(), own -> run(own, statement), "test-support");
        UserCache users = session.getProvider(UserCache.class);
        if (users != null) {
            users.clear();
        }
        return result;
    }

    private static Map<String, Object> run(KeycloakSession own, String statement) {
        EntityManager entities = own.getProvider(JpaConnectionProvider.class).getEntityManager();
        Query query = entities.createNativeQuery(statement);
        if (!statement.strip().toLowerCase(Locale.ROOT).startsWith("select")) {
            return Map.of("updated", query.executeUpdate());
        }
        List<List<String>> rows = new ArrayList<>();
        for (Object row : query.getResultList()) {
            Stream<?> columns = row instanceof Object[] several ? Arrays.stream(several) : Stream.of(row);
            rows.add(columns.map(String::valueOf).toList());
        }
        return Map.of("rows", rows);
    }

    /** Sets the level of a log category: {@code {"category":"org.keycloak","level":"TRACE"}}. */
    @PUT
    @Path("log-level")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> logLevel(InputStream body) throws IOException {
        LogLevel wanted = JsonSerialization.readValue(body, LogLevel.class);
        Logger logger = TUNED.computeIfAbsent(wanted.category(), Logger::getLogger);
        // The server's log manager adds TRACE, DEBUG and their like to the levels that this can parse.
        logger.setLevel(Level.parse(wanted.level()));
        return Map.of("category", wanted.category(), "level", logger.getLevel().getName());
    }

    /** What so many pending mail codes cost, see {@link PendingCodes}: {@code {"codes":100000,"budgets":1000}}. */
    @POST
    @Path("pending-codes")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> pendingCodes(InputStream body) throws IOException {
        Pending wanted = JsonSerialization.readValue(body, Pending.class);
        PendingCodes pending = new PendingCodes(session);
        return Map.of("codes", pending.costOfCodes(wanted.codes()), "budgets", pending.costOfBudgets(wanted.budgets()));
    }

    /** How many passwords were hashed by the algorithm of {@link CountedHashesFactory} so far. */
    @GET
    @Path("hashes")
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> hashes() {
        return Map.of("count", CountedHashesFactory.count());
    }

    record Pending(int codes, int budgets) {}

    /** Holds Keycloak's store to one test of the contract: {@code {"test":"name"}}. */
    @POST
    @Path("store-contract")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> storeContract(InputStream body) throws IOException, ReflectiveOperationException {
        String test = JsonSerialization.readValue(body, StoreTest.class).test();
        return Map.of("wrong", new KeycloakStoreContract(session).run(test));
    }

    record StoreTest(String test) {}

    /** Points Keycloak's CIBA at an authentication server, as an option of the server would: {@code {"uri":"…"}}. */
    @PUT
    @Path("ciba")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> authenticationServer(InputStream body) throws IOException {
        String uri = JsonSerialization.readValue(body, Uri.class).uri();
        System.setProperty(CIBA_OPTIONS + "httpAuthenticationChannelUri", uri);
        KeycloakSessionFactory factory = session.getKeycloakSessionFactory();
        factory.getSpis().stream()
                .filter(spi -> spi.getName().equals("ciba-auth-channel"))
                .flatMap(spi -> factory.getProviderFactoriesStream(spi.getProviderClass()))
                .forEach(channel -> channel.init(new Config.SystemPropertiesScope(CIBA_OPTIONS)));
        return Map.of("uri", uri);
    }

    record Uri(String uri) {}

    record Offset(int offset) {}

    record Sql(String sql) {}

    record LogLevel(String category, String level) {}
}
