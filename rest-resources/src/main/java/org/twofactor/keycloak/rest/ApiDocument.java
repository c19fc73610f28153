package org.twofactor.keycloak.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI document, read once from the JAR. */
final class ApiDocument {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final JsonNode DOCUMENT = read();
    private static final String JSON = DOCUMENT.toString();

    private ApiDocument() {}

    static String json() {
        return JSON;
    }

    /** The methods that the contract has for a path, in order; none for a path that it does not have. */
    static Set<String> methodsOf(String path) {
        Set<String> methods = new TreeSet<>();
        DOCUMENT.path("paths").path(path).fieldNames().forEachRemaining(field -> {
            if (METHODS.contains(field)) {
                methods.add(field.toUpperCase(Locale.ROOT));
            }
        });
        return Collections.unmodifiableSet(methods);
    }

    private static JsonNode read() {
        try (InputStream yaml = ApiDocument.class.getResourceAsStream("openapi.yaml")) {
            return new ObjectMapper(new YAMLFactory()).readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("the JAR's own openapi.yaml can't be read", e);
        }
    }
}
