package org.twofactor.keycloak.it.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;

/**
 * What the server answered, kept whole, so that a test can look at all of it. Names of headers are in lower case.
 */
public record Answer(int status, Map<String, List<String>> headers, String text) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    public Answer {
        Map<String, List<String>> lowerCase = new TreeMap<>();
        headers.forEach((name, values) -> lowerCase.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = Map.copyOf(lowerCase);
    }

    /** The body as JSON. Fails when it is none; an empty body is {@code MissingNode}. */
    public JsonNode json() {
        if (text.isEmpty()) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the body is no JSON: " + text, e);
        }
    }

    /** The first header of that name. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /** The media type without its parameters, or nothing. */
    public String mediaType() {
        return header("content-type")
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /** The text of a field of the JSON body; fails when it is not there. */
    public String field(String name) {
        JsonNode value = json().get(name);
        if (value == null) {
            throw new AssertionError("no " + name + " in " + this);
        }
        return value.asText();
    }

    /** The {@code message} of an error: a code, or for 400 a sentence. */
    public String message() {
        return field("message");
    }

    /** The seconds of {@code retryAfter} in a 429. */
    public int retryAfter() {
        return json().path("retryAfter").asInt(-1);
    }

    /** Has its secrets remembered; {@link Api} and {@link RawHttp} do so with every answer. */
    Answer remembered() {
        if (mediaType().equals("application/json") && !text.isEmpty()) {
            try {
                IssuedSecrets.addFrom(JSON.readTree(text));
            } catch (JsonProcessingException e) {
                // Whoever expects JSON will say so; here there is nothing to remember.
                return this;
            }
        } else if (mediaType().equals("text/plain") && status < 300) {
            IssuedSecrets.add("token", text);
        }
        return this;
    }
}
