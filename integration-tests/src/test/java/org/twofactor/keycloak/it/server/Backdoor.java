package org.twofactor.keycloak.it.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The test support provider, called: what a test does inside the server that no client could. */
public final class Backdoor {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    public Backdoor(KeycloakServer server) {
        // The realm in the path does not matter: clock, tables and log are the server's. Every server has this one.
        this.base = URI.create(server.url() + "/realms/master/test-support/");
    }

    /** Sets the server's clock that many seconds off the machine's. */
    public void clockOffset(Duration offset) {
        call("PUT", "clock", Map.of("offset", offset.toSeconds()));
    }

    /** Runs one native statement that changes something, in a transaction of its own. Answers the number of rows. */
    public int update(String sql) {
        return call("POST", "sql", Map.of("sql", sql)).required("updated").intValue();
    }

    /** Runs one native query. Answers rows of columns, as text. */
    public List<List<String>> select(String sql) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : call("POST", "sql", Map.of("sql", sql)).required("rows")) {
            List<String> columns = new ArrayList<>();
            row.forEach(column -> columns.add(column.textValue()));
            rows.add(columns);
        }
        return rows;
    }

    /** Does something while the database refuses rows of a table. Only H2 takes the statement. */
    public void refusing(String table, String whatMayCome, Runnable work) {
        update("alter table " + table + " add constraint TWO_FACTOR_FAULT check (" + whatMayCome + ") nocheck");
        try {
            work.run();
        } finally {
            update("alter table " + table + " drop constraint TWO_FACTOR_FAULT");
        }
    }

    /** Sets the level of a category of the server's log: {@code ("org.twofactor", "TRACE")}. */
    public void logLevel(String category, String level) {
        call("PUT", "log-level", Map.of("category", category, "level", level));
    }

    /**
     * Has so many mail codes pend, and takes them away again.
     *
     * @param codes how many
     * @param budgets for how many of them the counts of mails are made too
     * @return bytes on the heap: of all the codes, and of all the counts
     */
    public Cost pendingCodes(int codes, int budgets) {
        JsonNode cost = call("POST", "pending-codes", Map.of("codes", codes, "budgets", budgets));
        return new Cost(
                cost.required("codes").longValue(), cost.required("budgets").longValue());
    }

    /** In bytes. */
    public record Cost(long codes, long budgets) {}

    /** Holds the server's store to one test of its contract. Answers what is wrong, an empty text where nothing is. */
    public String storeContract(String test) {
        return call("POST", "store-contract", Map.of("test", test))
                .required("wrong")
                .textValue();
    }

    /** How many passwords were hashed so far in realms whose password policy says {@code hashAlgorithm(counted)}. */
    public long hashes() {
        return call("GET", "hashes", Map.of()).required("count").longValue();
    }

    /** Has Keycloak ask this authentication server for CIBA, from now on and in every realm. */
    public void authenticationServer(URI uri) {
        call("PUT", "ciba", Map.of("uri", uri.toString()));
    }

    private JsonNode call(String method, String path, Map<String, ?> body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                    .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(60))
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(
                        "test-support/" + path + " answered " + response.statusCode() + ": " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at test-support/" + path, e);
        }
    }
}
