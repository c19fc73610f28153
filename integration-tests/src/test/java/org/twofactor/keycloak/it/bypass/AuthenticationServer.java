package org.twofactor.keycloak.it.bypass;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * Who asks the user, for Keycloak's CIBA: takes every request, and approves it when the test says so.
 *
 * @see <a href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html">OpenID Connect
 *     Client-Initiated Backchannel Authentication Flow - Core 1.0</a>
 */
final class AuthenticationServer implements AutoCloseable {
    private static final int CREATED = 201;

    private final HttpServer server;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final String host;

    private AuthenticationServer(HttpServer server, String host) {
        this.server = server;
        this.host = host;
        server.createContext("/", this::ask);
        server.start();
    }

    /** Starts one where the Keycloak can reach it. */
    static AuthenticationServer start(KeycloakServer keycloak) {
        try {
            String host = keycloak.mailHost();
            return new AuthenticationServer(HttpServer.create(new InetSocketAddress(host, 0), 0), host);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri() {
        return URI.create("http://" + host + ":" + server.getAddress().getPort() + "/");
    }

    private void ask(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        asked.add(exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.sendResponseHeaders(CREATED, -1);
        exchange.close();
    }

    /** The user has said yes to the next request. */
    Answer approveNext(TestRealm realm) {
        try {
            String authorization = asked.poll(20, TimeUnit.SECONDS);
            return realm.api()
                    .post("/protocol/openid-connect/ext/ciba/auth/callback")
                    .header("Authorization", authorization)
                    .json("{\"status\":\"SUCCEED\"}")
                    .send();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
