package org.twofactor.keycloak.it.server;

import java.net.URI;
import java.nio.file.Path;

/**
 * A Keycloak that somebody else started, with our JAR and that of the test support in its {@code providers} folder. It
 * is neither started nor stopped here.
 *
 * <p>{@code -Dkc.url}, {@code -Dkc.management.url}, {@code -Dkc.log}, {@code -Dkc.admin.username} and
 * {@code -Dkc.admin.password} (both {@code admin}), {@code -Dkc.mail.host} (127.0.0.1) describe it.
 */
record ExternalServer(URI url, URI managementUrl, Path log, String adminUsername, String adminPassword, String mailHost)
        implements KeycloakServer {

    static ExternalServer fromSystemProperties() {
        return new ExternalServer(
                URI.create(System.getProperty("kc.url", "http://localhost:8080")),
                URI.create(System.getProperty("kc.management.url", "http://localhost:9000")),
                Path.of(System.getProperty("kc.log", "keycloak.log")),
                System.getProperty("kc.admin.username", "admin"),
                System.getProperty("kc.admin.password", "admin"),
                System.getProperty("kc.mail.host", "127.0.0.1"));
    }

    @Override
    public void close() {
        // Not ours to stop.
    }
}
