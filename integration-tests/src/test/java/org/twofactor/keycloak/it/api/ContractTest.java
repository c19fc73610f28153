package org.twofactor.keycloak.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A contract that lets a wrong answer pass would make every integration test worthless: here it must catch them. */
class ContractTest {

    private static final String DOCUMENT = """
            openapi: 3.1.0
            paths:
              /user/{kind}/next:
                get:
                  operationId: next
                  responses:
                    '200':
                      content:
                        application/json:
                          schema: { $ref: '#/components/schemas/Wait' }
                    '204': { description: nothing }
                    '409': { $ref: '#/components/responses/Conflict' }
                    '429':
                      headers:
                        Retry-After: { required: true, schema: { type: integer, minimum: 1 } }
                      content:
                        application/json:
                          schema: { type: object }
              /auth/token:
                get:
                  responses:
                    '200':
                      content:
                        text/plain:
                          schema: { type: string, pattern: '^[a-z.]+$' }
            x-elsewhere:
              '404':
                content:
                  application/json:
                    schema: { $ref: '#/components/schemas/Error' }
            components:
              responses:
                Conflict:
                  content:
                    application/json:
                      schema:
                        allOf:
                          - $ref: '#/components/schemas/Error'
                          - properties: { message: { enum: [ONE, OTHER] } }
              schemas:
                Wait:
                  type: object
                  required: [duration]
                  additionalProperties: false
                  properties: { duration: { $ref: '#/components/schemas/Seconds' } }
                Seconds: { type: integer, minimum: 0 }
                Error:
                  type: object
                  required: [statusCode, error, message]
                  additionalProperties: false
                  properties:
                    statusCode: { type: integer }
                    error: { type: string }
                    message: { type: string }
            """;

    private final ContractCoverage coverage = new ContractCoverage();
    private Contract contract;

    @BeforeEach
    void read() throws IOException {
        contract = new Contract(new OpenApiDocument(new YAMLMapper().readTree(DOCUMENT)), coverage);
    }

    @Test
    void aRightAnswerPasses() {
        assertThatCode(() -> check(json(200, "{\"duration\":30}"))).doesNotThrowAnyException();
        assertThatCode(() -> check(error(409, "Conflict", "ONE"))).doesNotThrowAnyException();
        assertThatCode(() -> check(answer(204, Map.of(), ""))).doesNotThrowAnyException();
    }

    @Test
    void anUnknownFieldIsCaught() {
        assertThatThrownBy(() -> check(json(200, "{\"duration\":30,\"hint\":\"warm\"}")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("hint");
    }

    @Test
    void aMissingFieldAndAWrongTypeAreCaught() {
        assertThatThrownBy(() -> check(json(200, "{}"))).hasMessageContaining("duration");
        assertThatThrownBy(() -> check(json(200, "{\"duration\":\"30\"}"))).hasMessageContaining("integer");
        assertThatThrownBy(() -> check(json(200, "{\"duration\":-1}"))).hasMessageContaining("minimum");
    }

    @Test
    void aMissingRetryAfterIsCaught() {
        Answer without = answer(
                429,
                Map.of("content-type", "application/json"),
                "{\"statusCode\":429,\"error\":\"Too many requests\",\"message\":\"WAIT\",\"retryAfter\":30}");
        assertThatThrownBy(() -> check(without)).hasMessageContaining("the header Retry-After is missing");
        Answer another = answer(429, Map.of("content-type", "application/json", "retry-after", "29"), without.text());
        assertThatThrownBy(() -> check(another)).hasMessageContaining("they must be one number");
    }

    @Test
    void anUndocumentedStatusCodeOrMediaTypeIsCaught() {
        assertThatThrownBy(() -> check(error(403, "Forbidden", "NO"))).hasMessageContaining("does not name status 403");
        assertThatThrownBy(() -> check(error(409, "Conflict", "THIRD"))).hasMessageContaining("THIRD");
        assertThatThrownBy(() -> check(answer(200, Map.of("content-type", "text/html"), "<p>")))
                .hasMessageContaining("text/html");
        assertThatThrownBy(() -> check(answer(204, Map.of(), "x"))).hasMessageContaining("no body");
    }

    @Test
    void plainTextIsHeldAgainstItsSchema() {
        Answer good = answer(200, Map.of("content-type", "text/plain;charset=UTF-8"), "a.b.c");
        Answer bad = answer(200, Map.of("content-type", "text/plain"), "{\"error\":1}");
        assertThatCode(() -> contract.check("GET", "/auth/token", good)).doesNotThrowAnyException();
        assertThatThrownBy(() -> contract.check("GET", "/auth/token", bad)).isInstanceOf(AssertionError.class);
    }

    @Test
    void whatIsNotInTheDocumentMustBeAnsweredSo() {
        assertThatCode(() -> contract.check("GET", "/user/nowhere", error(404, "Not Found", "NOT_FOUND")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> contract.check("GET", "/user/nowhere", json(200, "{}")))
                .hasMessageContaining("must be answered 404");
        assertThatThrownBy(() -> contract.check("PUT", "/auth/token", error(405, "Method Not Allowed", "NO")))
                .hasMessageContaining("Allow");
    }

    @Test
    void theRulesOfTheHouseHoldEverywhere() {
        Answer stored = new Answer(
                200,
                Map.of("content-type", List.of("application/json"), "x-content-type-options", List.of("nosniff")),
                "{\"duration\":1}");
        assertThatThrownBy(() -> check(stored)).hasMessageContaining("no-store");
        assertThatThrownBy(() -> check(error(401, "Unauthorized", "NO"))).hasMessageContaining("WWW-Authenticate");
    }

    @Test
    void whatWasSeenIsCounted(@TempDir Path folder) throws IOException {
        check(error(409, "Conflict", "ONE"));
        check(json(200, "{\"duration\":30}"));
        assertThat(coverage.notYet())
                .containsExactly(
                        "GET /user/{kind}/next 204 –",
                        "GET /user/{kind}/next 409 OTHER",
                        "GET /user/{kind}/next 429 –",
                        "GET /auth/token 200 –");
        coverage.write(folder.resolve("coverage.md"));
        assertThat(Files.readString(folder.resolve("coverage.md")))
                .contains("2 of 6 promises", "| GET /user/{kind}/next | 409 | ONE | covered (1) |");
    }

    @Test
    void theDocumentThatWeShipCanBeRead() {
        assertThat(OpenApiDocument.shipped().operations()).hasSizeGreaterThan(20);
    }

    private void check(Answer answer) {
        contract.check("GET", "/user/totp/next", answer);
    }

    private static Answer error(int status, String reason, String message) {
        return json(
                status, "{\"statusCode\":%d,\"error\":\"%s\",\"message\":\"%s\"}".formatted(status, reason, message));
    }

    private static Answer json(int status, String body) {
        return answer(status, Map.of("content-type", "application/json"), body);
    }

    private static Answer answer(int status, Map<String, String> headers, String body) {
        Map<String, List<String>> all = new HashMap<>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        all.put("cache-control", List.of("no-store"));
        all.put("x-content-type-options", List.of("nosniff"));
        return new Answer(status, all, body);
    }
}
