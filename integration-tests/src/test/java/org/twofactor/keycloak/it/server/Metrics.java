package org.twofactor.keycloak.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a server tells at its management port, in the text format of Prometheus. */
public final class Metrics {
    private static final Pattern LINE = Pattern.compile("(?m)^(\\w+)(?:\\{([^}]*)\\})? (\\S+)$");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;

    public Metrics(KeycloakServer server) {
        this.url = URI.create(server.managementUrl() + "/metrics");
    }

    /**
     * One line.
     *
     * @param labels as they are written, {@code kind="challenge",outcome="sent"}, in the order of their names
     */
    public record Sample(String name, String labels, double value) {}

    /** All lines of that name. */
    public List<Sample> all(String name) {
        return LINE.matcher(text())
                .results()
                .filter(line -> line.group(1).equals(name))
                .map(Metrics::sample)
                .toList();
    }

    /** Zero where there is no such line yet. */
    public double value(String name, String labels) {
        return all(name).stream()
                .filter(sample -> sample.labels().equals(labels))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static Sample sample(MatchResult line) {
        String labels = line.group(2) == null ? "" : line.group(2).replaceAll(",$", "");
        return new Sample(line.group(1), labels, Double.parseDouble(line.group(3)));
    }

    private String text() {
        try {
            return http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at " + url, e);
        }
    }
}
