package org.twofactor.keycloak.it.door;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.twofactor.keycloak.it.realm.TestRealm;

/** An operation of the OpenAPI document that the server hands out: what a test that walks over all of them goes by. */
record DocumentedOperation(String method, String path, JsonNode node) {
    /** Rows 1 to 28 of the contract, and the document itself. */
    static final int HOW_MANY = 29;

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    static List<DocumentedOperation> all(TestRealm realm) {
        JsonNode document = realm.api().get("/user/openapi.json").send().json();
        List<DocumentedOperation> operations = new ArrayList<>();
        document.required("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(entry -> METHODS.contains(entry.getKey()))
                        .map(entry -> new DocumentedOperation(
                                entry.getKey().toUpperCase(Locale.ROOT), path.getKey(), entry.getValue()))
                        .forEach(operations::add));
        return operations;
    }

    /** All but the document itself, which asks nothing of anybody. */
    static List<DocumentedOperation> there(TestRealm realm) {
        return all(realm).stream()
                .filter(operation -> !operation.path().equals("/user/openapi.json"))
                .toList();
    }

    /** The methods of each path. */
    static Map<String, Set<String>> paths(TestRealm realm) {
        return all(realm).stream()
                .collect(Collectors.groupingBy(
                        DocumentedOperation::path,
                        TreeMap::new,
                        Collectors.mapping(DocumentedOperation::method, Collectors.toCollection(TreeSet::new))));
    }

    boolean takesToken() {
        return !node.required("security").isEmpty();
    }

    boolean takesRefreshToken() {
        return node.required("security").findValue("refreshToken") != null;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
