package org.twofactor.keycloak.it.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What holds for every answer of the API whatever the OpenAPI document says, so that a slip in the document can't hide a
 * slip in the code: not stored, not sniffed, one shape of errors, a challenge with 401, one wait with 429.
 */
final class HouseRules {

    private HouseRules() {}

    static List<String> faults(String method, Answer answer) {
        List<String> faults = new ArrayList<>();
        if (!answer.header("cache-control").orElse("").equals("no-store")) {
            faults.add("Cache-Control is not no-store");
        }
        if (!answer.header("x-content-type-options").orElse("").equals("nosniff")) {
            faults.add("X-Content-Type-Options is not nosniff");
        }
        if (answer.status() == 401
                && !answer.header("www-authenticate").orElse("").startsWith("Bearer")) {
            faults.add("401 comes without WWW-Authenticate: Bearer");
        }
        if (answer.status() == 405 && answer.header("allow").isEmpty()) {
            faults.add("405 comes without Allow");
        }
        if (answer.status() >= 400 && !method.equals("HEAD")) {
            faults.addAll(errorFaults(answer));
        }
        return faults;
    }

    private static List<String> errorFaults(Answer answer) {
        if (!answer.mediaType().equals("application/json")) {
            return List.of("an error must be application/json");
        }
        List<String> faults = new ArrayList<>();
        JsonNode body = answer.json();
        if (body.path("statusCode").asInt(-1) != answer.status()) {
            faults.add("statusCode in the body is not the status " + answer.status());
        }
        if (!body.path("error").isTextual() || !body.path("message").isTextual()) {
            faults.add("error and message must both be texts");
        }
        if (answer.status() == 429) {
            String header = answer.header("retry-after").orElse("missing");
            int wait = answer.retryAfter();
            if (wait < 1 || !header.equals(String.valueOf(wait))) {
                faults.add("Retry-After is " + header + " and retryAfter " + wait
                        + ": they must be one number, 1 at least");
            }
        }
        return faults;
    }
}
