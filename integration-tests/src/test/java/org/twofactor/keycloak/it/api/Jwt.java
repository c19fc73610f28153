package org.twofactor.keycloak.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** What a signed token says, read as anybody can, without a look at its signature. */
public record Jwt(JsonNode header, JsonNode claims) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the compact form. */
    public static Jwt of(String compact) {
        List<String> parts = List.of(compact.split("\\.", -1));
        if (parts.size() != 3) {
            throw new AssertionError("a signed token has three parts, this one " + parts.size());
        }
        return new Jwt(part(parts.get(0)), part(parts.get(1)));
    }

    private static JsonNode part(String base64) {
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(base64));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A claim as text; fails when there is none. */
    public String claim(String name) {
        return claims.required(name).asText();
    }

    /** A claim that is a time in seconds, as {@code exp} and {@code iat} are. */
    public Instant time(String name) {
        return Instant.ofEpochSecond(claims.required(name).longValue());
    }
}
