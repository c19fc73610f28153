package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * Who asks the user, for Keycloak's CIBA: takes every request, and approves it when the test says so.
 *
 * @see <a href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html">OpenID Connect
 *     Client-Initiated Backchannel Authentication Flow - Core 1.0</a>
 */
final class CibaServer implements AutoCloseable {
    private static final int CREATED = 201;
    private static final int PATIENCE_SECONDS = 20;

    private final HttpServer server;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    private CibaServer(HttpServer server) {
        this.server = server;
        server.createContext("/", this::ask);
        server.start();
    }

    /** Starts one where the Keycloak can reach it, and tells Keycloak of it. */
    static CibaServer start(KeycloakServer keycloak, Backdoor backdoor) {
        try {
            String host = keycloak.mailHost();
            HttpServer http = HttpServer.create(new InetSocketAddress(host, 0), 0);
            CibaServer started = new CibaServer(http);
            backdoor.authenticationServer(
                    URI.create("http://" + host + ":" + http.getAddress().getPort() + "/"));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the client with a secret use CIBA and token exchange. */
    static NewRealm prepare(NewRealm realm) {
        return realm.with(it -> it.getClients().stream()
                .filter(client -> client.getClientId().equals(TestClients.BACKEND))
                .forEach(client -> client.setAttributes(new HashMap<>(Map.of(
                        "standard.token.exchange.enabled",
                        "true",
                        "oidc.ciba.grant.enabled",
                        "true",
                        "ciba.backchannel.token.delivery.mode",
                        "poll")))));
    }

    private void ask(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        asked.add(exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.sendResponseHeaders(CREATED, -1);
        exchange.close();
    }

    /** The user says yes. */
    Answer tokens(TestRealm realm, StandingWay.Session session) {
        Answer begun = realm.oidc(
                "/ext/ciba/auth",
                TestClients.BACKEND,
                Map.of("scope", "openid", "login_hint", session.user().username()));
        assertThat(begun.status()).as(begun.text()).isEqualTo(200);
        assertThat(approveNext(realm).status()).isEqualTo(200);
        return realm.token(
                TestClients.BACKEND,
                Map.of("grant_type", "urn:openid:params:grant-type:ciba", "auth_req_id", begun.field("auth_req_id")));
    }

    private Answer approveNext(TestRealm realm) {
        try {
            String authorization = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
