package org.twofactor.keycloak.it.browser;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.twofactor.keycloak.it.realm.TestClients;

/** The app that users are sent back to: one page that says so. The {@link Chromium} thinks it is its client's host. */
final class App implements AutoCloseable {
    static final String HOST = URI.create(TestClients.APP_ORIGIN).getHost();

    private static final byte[] PAGE =
            "<!DOCTYPE html><html lang=\"en\"><title>The app</title><main><h1>Back in the app</h1></main></html>"
                    .getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;

    private App(HttpServer server) {
        this.server = server;
    }

    static App start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                exchange.sendResponseHeaders(200, PAGE.length);
                exchange.getResponseBody().write(PAGE);
                exchange.close();
            });
            server.start();
            return new App(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
