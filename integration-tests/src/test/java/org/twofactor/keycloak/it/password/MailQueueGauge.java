package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** The server's own word on how many mails are under way: what has not come once there are none will not come. */
record MailQueueGauge(KeycloakServer server) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern GAUGE = Pattern.compile("(?m)^two_factor_mail_queue(?:\\{[^}]*})? (\\S+)$");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Waits until no mail is under way. */
    void awaitEmpty() {
        Instant deadline = Instant.now().plus(PATIENCE);
        double waiting = read();
        while (waiting > 0 && Instant.now().isBefore(deadline)) {
            waiting = read();
        }
        assertThat(waiting).as("mails that are still under way").isZero();
    }

    private double read() {
        try {
            String metrics = HTTP.send(
                            HttpRequest.newBuilder(URI.create(server.managementUrl() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher gauge = GAUGE.matcher(metrics);
            assertThat(gauge.find()).as("the gauge of the mail queue").isTrue();
            return Double.parseDouble(gauge.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
