package org.twofactor.keycloak.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.twofactor.keycloak.it.api.OpenApiDocument.Operation;

/**
 * Which promises of the contract the tests of this run have seen kept: every operation with every status, and for errors
 * with every code. A promise that nothing has seen is a test that is missing.
 */
public final class ContractCoverage {

    private static final ContractCoverage OF_THIS_RUN = new ContractCoverage();

    /** Of a body without a code: an answer that is no error, or an error whose message is a sentence. */
    private static final String NO_CODE = "–";

    private record Promise(String operation, String status, String code) {}

    private final Map<Promise, Integer> seen = new LinkedHashMap<>();
    private OpenApiDocument document;

    ContractCoverage() {}

    /** The one that {@link Contract#shipped()} writes to. */
    public static ContractCoverage ofThisRun() {
        return OF_THIS_RUN;
    }

    synchronized void expect(OpenApiDocument promised) {
        document = promised;
        for (Operation operation : promised.operations()) {
            operation.node().path("responses").properties().forEach(response -> {
                Set<String> codes = promised.codes(response.getValue());
                (codes.isEmpty() ? Set.of(NO_CODE) : codes)
                        .forEach(code -> seen.put(new Promise(operation.toString(), response.getKey(), code), 0));
            });
        }
    }

    synchronized void saw(Operation operation, Answer answer) {
        String status = String.valueOf(answer.status());
        Set<String> codes = document.response(operation, answer.status())
                .map(document::codes)
                .orElse(Set.of());
        String message = answer.status() < 400 || !answer.mediaType().equals("application/json")
                ? NO_CODE
                : messageOf(answer.json());
        String code = codes.isEmpty() ? NO_CODE : message;
        seen.merge(new Promise(operation.toString(), status, code), 1, Integer::sum);
    }

    private static String messageOf(JsonNode body) {
        return body.path("message").asText(NO_CODE);
    }

    /** What nothing has seen, a line each. */
    public synchronized List<String> notYet() {
        return seen.entrySet().stream()
                .filter(entry -> entry.getValue() == 0)
                .map(entry -> entry.getKey().operation() + " " + entry.getKey().status() + " "
                        + entry.getKey().code())
                .toList();
    }

    /** Writes the table, unless no answer was ever checked. */
    public synchronized void write(Path file) {
        if (seen.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add("# What the tests have seen of the contract");
        lines.add("");
        lines.add((seen.size() - notYet().size()) + " of " + seen.size() + " promises.");
        lines.add("");
        lines.add("| operation | status | code | seen |");
        lines.add("|---|---|---|---|");
        lines.add(seen.entrySet().stream()
                .map(entry -> "| " + entry.getKey().operation() + " | "
                        + entry.getKey().status() + " | "
                        + entry.getKey().code() + " | "
                        + (entry.getValue() == 0 ? "not yet" : "covered (" + entry.getValue() + ")") + " |")
                .collect(Collectors.joining("\n")));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }
}
