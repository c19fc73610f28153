package org.twofactor.keycloak.it.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * A client of one realm: {@code api.post("/user/2fa/totp/setup").bearer(token).json("{}").send()}. It follows no
 * redirects and hides nothing. Every answer of our own paths is held against the {@link Contract} at once, so that each
 * test is a test of the contract too.
 */
public final class Api {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern OURS = Pattern.compile("/(user|auth|v1)(/.*)?");

    private final URI base;

    /**
     * @param base {@code http://host:port/realms/name}
     */
    public Api(URI base) {
        this.base = base;
    }

    /** The client of that realm of the server. */
    public static Api of(KeycloakServer server, String realm) {
        return new Api(server.url().resolve("/realms/" + realm));
    }

    public URI base() {
        return base;
    }

    public Call get(String path) {
        return call("GET", path);
    }

    public Call post(String path) {
        return call("POST", path);
    }

    public Call put(String path) {
        return call("PUT", path);
    }

    public Call delete(String path) {
        return call("DELETE", path);
    }

    /** Any method. The path may have a query. */
    public Call call(String method, String path) {
        return new Call(method, path);
    }

    /** A form, as OAuth endpoints take them. */
    public static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** One request in the making. */
    public final class Call {

        private final String method;
        private final String path;
        private final HttpRequest.Builder request;
        private HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
        private boolean checked = true;

        private Call(String method, String path) {
            this.method = method;
            this.path = path;
            this.request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
        }

        /** The token in the {@code Authorization} header. */
        public Call bearer(String token) {
            return header("Authorization", "Bearer " + token);
        }

        /** Adds a header; a name may come twice. */
        public Call header(String name, String value) {
            request.header(name, value);
            return this;
        }

        /** A JSON body, as it stands. */
        public Call json(String text) {
            return header("Content-Type", "application/json").rawBody(text.getBytes(StandardCharsets.UTF_8));
        }

        /** A JSON body made of this map. */
        public Call json(Map<String, ?> fields) {
            try {
                return json(JSON.writeValueAsString(fields));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        }

        /** A form as body. */
        public Call form(Map<String, String> fields) {
            return header("Content-Type", "application/x-www-form-urlencoded")
                    .rawBody(Api.form(fields).getBytes(StandardCharsets.UTF_8));
        }

        /** Any bytes, with no content type unless a header says one. */
        public Call rawBody(byte[] bytes) {
            body = HttpRequest.BodyPublishers.ofByteArray(bytes);
            return this;
        }

        /** Leaves the contract aside, for an answer that is Keycloak's and not ours: say why where you call it. */
        public Call unchecked() {
            checked = false;
            return this;
        }

        public Answer send() {
            try {
                HttpResponse<String> response =
                        HTTP.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString());
                Answer answer =
                        new Answer(response.statusCode(), response.headers().map(), response.body()).remembered();
                String bare = path.split("\\?", 2)[0];
                if (checked && OURS.matcher(bare).matches()) {
                    Contract.shipped().check(method, bare, answer);
                }
                return answer;
            } catch (IOException e) {
                throw new UncheckedIOException(method + " " + path, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted at " + method + " " + path, e);
            }
        }
    }
}
