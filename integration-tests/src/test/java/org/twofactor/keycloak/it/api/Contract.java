package org.twofactor.keycloak.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.twofactor.keycloak.it.api.OpenApiDocument.Operation;

/**
 * Holds answers against the OpenAPI document: the status is documented for the operation, the media type too, the
 * required headers are there, and headers and body satisfy their schemas. A path or method that is not in the document
 * must be 404 or 405 in the shape of all errors. Beyond the document, {@link HouseRules} hold everywhere.
 */
public final class Contract {

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final class Shipped {
        static final Contract CONTRACT = new Contract(OpenApiDocument.shipped(), ContractCoverage.ofThisRun());
    }

    private final OpenApiDocument document;
    private final ContractCoverage coverage;
    // By identity: the nodes are the document's own, and comparing them by content costs more than the check.
    private final Map<JsonNode, JsonSchema> compiled = Collections.synchronizedMap(new IdentityHashMap<>());

    Contract(OpenApiDocument document, ContractCoverage coverage) {
        this.document = document;
        this.coverage = coverage;
        coverage.expect(document);
    }

    /** The contract that the JAR ships. */
    public static Contract shipped() {
        return Shipped.CONTRACT;
    }

    /**
     * Checks one answer.
     *
     * @param path below the realm, without a query: {@code /user/2fa}
     * @throws AssertionError that names everything that is off
     */
    public void check(String method, String path, Answer answer) {
        if (method.equals("OPTIONS")) {
            // A CORS preflight is no operation of the API.
            return;
        }
        List<String> faults = new ArrayList<>(HouseRules.faults(method, answer));
        Map<String, Operation> here = document.at(path);
        // HEAD is what JAX-RS makes of GET, without the body.
        Operation operation = here.get(method.equals("HEAD") ? "GET" : method);
        if (operation == null) {
            faults.addAll(faultsElsewhere(here.isEmpty() ? 404 : 405, method, answer));
        } else {
            coverage.saw(operation, answer);
            document.response(operation, answer.status())
                    .ifPresentOrElse(
                            response -> faults.addAll(faults(response, method, answer)),
                            () -> faults.add("the document does not name status " + answer.status()));
        }
        if (!faults.isEmpty()) {
            throw new AssertionError(method + " " + path + " is not as the contract says:\n  - "
                    + String.join("\n  - ", faults) + "\nThe answer: " + answer);
        }
    }

    private List<String> faultsElsewhere(int expected, String method, Answer answer) {
        if (answer.status() != expected) {
            return List.of(
                    "it is not in the document, so it must be answered " + expected + ", not " + answer.status());
        }
        return document.elsewhere(expected)
                .map(response -> faults(response, method, answer))
                .orElse(List.of());
    }

    private List<String> faults(JsonNode response, String method, Answer answer) {
        List<String> faults = new ArrayList<>();
        response.path("headers").properties().forEach(header -> {
            JsonNode definition = document.resolve(header.getValue());
            Optional<String> value = answer.header(header.getKey());
            if (value.isEmpty()) {
                if (definition.path("required").asBoolean()) {
                    faults.add("the header " + header.getKey() + " is missing");
                }
            } else {
                violations(definition.path("schema"), headerValue(definition, value.get()))
                        .forEach(violation -> faults.add("header " + header.getKey() + ": " + violation));
            }
        });
        if (!method.equals("HEAD")) {
            faults.addAll(bodyFaults(response.path("content"), answer));
        }
        return faults;
    }

    private List<String> bodyFaults(JsonNode content, Answer answer) {
        if (content.isEmpty()) {
            return answer.text().isEmpty() ? List.of() : List.of("there must be no body");
        }
        JsonNode media = content.path(answer.mediaType());
        if (media.isMissingNode()) {
            return List.of("the media type is '" + answer.mediaType() + "', not one of "
                    + content.properties().stream().map(Map.Entry::getKey).toList());
        }
        if (!answer.mediaType().endsWith("json")) {
            return violations(media.path("schema"), JsonNodeFactory.instance.textNode(answer.text()));
        }
        JsonNode body = answer.json();
        return body.isMissingNode() ? List.of("there must be a body") : violations(media.path("schema"), body);
    }

    private JsonNode headerValue(JsonNode definition, String text) {
        String type = document.resolve(definition.path("schema")).path("type").asText("string");
        if (type.equals("integer") && text.matches("-?\\d{1,18}")) {
            return JsonNodeFactory.instance.numberNode(Long.parseLong(text));
        }
        return JsonNodeFactory.instance.textNode(text);
    }

    private List<String> violations(JsonNode schema, JsonNode value) {
        if (schema.isMissingNode()) {
            return List.of();
        }
        return compiled.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    /** A schema that brings along what it refers to: its references start at the root of the document. */
    private JsonSchema compile(JsonNode schema) {
        ObjectNode standalone = JSON.createObjectNode();
        standalone.putArray("allOf").add(schema);
        standalone.set("components", document.components());
        return SCHEMAS.getSchema(standalone, CONFIG);
    }
}
