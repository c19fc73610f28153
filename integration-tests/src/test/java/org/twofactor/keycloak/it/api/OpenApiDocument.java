package org.twofactor.keycloak.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An OpenAPI 3.1 document, read as far as checking answers takes: paths, operations, responses, references. */
final class OpenApiDocument {

    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "patch", "head", "options", "trace");

    /** One operation of the document. */
    record Operation(String id, String method, String path, JsonNode node) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();

    OpenApiDocument(JsonNode root) {
        this.root = root;
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(entry -> METHODS.contains(entry.getKey()))
                        .map(entry -> new Operation(
                                entry.getValue().path("operationId").asText(""),
                                entry.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                entry.getValue()))
                        .forEach(operations::add));
    }

    /** The document that the JAR ships. */
    static OpenApiDocument shipped() {
        String resource = "org/twofactor/keycloak/rest/openapi.yaml";
        try (InputStream yaml = OpenApiDocument.class.getClassLoader().getResourceAsStream(resource)) {
            if (yaml == null) {
                throw new AssertionError(resource + " is not on the class path: rest-resources should bring it");
            }
            return new OpenApiDocument(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** All operations, in the order of the document. */
    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The operations of a real path, by method; empty when the document has no such path. */
    Map<String, Operation> at(String path) {
        return operations.stream()
                .filter(operation -> matches(operation.path(), path))
                .collect(Collectors.toMap(Operation::method, operation -> operation, (literal, template) -> literal));
    }

    private static boolean matches(String template, String path) {
        String pattern = Pattern.quote(template).replaceAll("\\{[^/}]+}", "\\\\E[^/]+\\\\Q");
        return Pattern.matches(pattern, path);
    }

    /** What an operation answers with that status, if the document says. */
    Optional<JsonNode> response(Operation operation, int status) {
        JsonNode responses = operation.node().path("responses");
        for (String key : List.of(String.valueOf(status), status / 100 + "XX", "default")) {
            if (responses.has(key)) {
                return Optional.of(resolve(responses.get(key)));
            }
        }
        return Optional.empty();
    }

    /** What any path (404) or method (405) that is not in the document is answered. */
    Optional<JsonNode> elsewhere(int status) {
        return Optional.ofNullable(root.path("x-elsewhere").get(String.valueOf(status)))
                .map(this::resolve);
    }

    /** Follows {@code $ref} until there is none. */
    JsonNode resolve(JsonNode node) {
        JsonNode current = node;
        while (current.has("$ref")) {
            String reference = current.get("$ref").textValue();
            current = root.at(reference.substring(1));
            if (current.isMissingNode()) {
                throw new AssertionError("the OpenAPI document refers to " + reference + ", which it does not have");
            }
        }
        return current;
    }

    /** What schemas may refer to. */
    JsonNode components() {
        return root.path("components");
    }

    /** The values that {@code message} may have in this response, where its schema lists them. */
    Set<String> codes(JsonNode response) {
        Set<String> codes = new TreeSet<>();
        resolve(response).path("content").forEach(media -> collectCodes(media.path("schema"), codes));
        return codes;
    }

    private void collectCodes(JsonNode schema, Set<String> codes) {
        JsonNode resolved = resolve(schema);
        JsonNode message = resolve(resolved.path("properties").path("message"));
        message.path("enum").forEach(value -> codes.add(value.asText()));
        if (message.has("const")) {
            codes.add(message.get("const").asText());
        }
        for (String alternatives : List.of("allOf", "oneOf", "anyOf")) {
            resolved.path(alternatives).forEach(part -> collectCodes(part, codes));
        }
    }
}
