package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Contract;
import org.twofactor.keycloak.it.api.RawHttp;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * The server has the operations of its OpenAPI document, all of them and no others. {@code Api} holds every answer
 * against the document as well: shape, headers, status.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentWalkIT {
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final KeycloakServer server;
    private final TestRealm realm;
    private final List<DocumentedOperation> operations;
    private final Map<String, Set<String>> paths;

    DocumentWalkIT(KeycloakServer server, TestRealm realm) {
        this.server = server;
        this.realm = realm;
        this.operations = DocumentedOperation.all(realm);
        this.paths = DocumentedOperation.paths(realm);
    }

    @Test
    void S55_S56_aMethodThatAPathDoesNotHaveIs405AndAllowNamesThoseThatItHas() {
        assertThat(operations).hasSize(DocumentedOperation.HOW_MANY);
        paths.forEach((path, methods) -> METHODS.stream()
                .filter(method -> !methods.contains(method))
                .forEach(method -> {
                    Answer answer = realm.api().call(method, path).send();
                    assertThat(answer.status()).as("%s %s", method, path).isEqualTo(405);
                    assertThat(answer.message()).isEqualTo("METHOD_NOT_ALLOWED");
                    assertThat(allowed(answer)).as("%s %s", method, path).isEqualTo(methods);
                }));
    }

    @Test
    void S55_S56_anOperationThatTakesATokenSaysWithoutOneThatItIsMissing() {
        DocumentedOperation.there(realm).stream()
                .filter(DocumentedOperation::takesToken)
                .forEach(operation -> {
                    Answer answer = realm.api()
                            .call(operation.method(), operation.path())
                            .send();
                    assertThat(answer.status()).as("%s", operation).isEqualTo(401);
                    assertThat(answer.message()).isEqualTo("NO_TOKEN_PROVIDED");
                    // RFC 6750 3.1: no error code for whoever brought nothing.
                    assertThat(answer.header("WWW-Authenticate")).contains("Bearer realm=\"" + realm.name() + "\"");
                });
    }

    @Test
    void S56_headAnswersAsGetDoesWithoutABody() {
        operations.forEach(operation -> {
            Answer answer = realm.api().call("HEAD", operation.path()).send();
            assertThat(answer.text()).as("%s", operation).isEmpty();
            if (operation.method().equals("GET")) {
                Answer get = realm.api().get(operation.path()).send();
                assertThat(answer.status()).as("%s", operation).isEqualTo(get.status());
            } else {
                assertThat(answer.status()).as("%s", operation).isEqualTo(405);
                assertThat(allowed(answer)).isEqualTo(paths.get(operation.path()));
            }
        });
    }

    /** Keycloak has no say in it: JAX-RS would have answered its own 405, without {@code Allow}. */
    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "BREW", "PROPFIND", "CONNECT", "get", "__proto__"})
    void S55_S56_aMethodThatNobodyKnowsIs405AndEchoesNothing(String method) {
        paths.forEach((path, methods) -> {
            Answer answer = RawHttp.to(server.url(), method + " /realms/" + realm.name() + path + " HTTP/1.1")
                    .header("Authorization: Bearer echo-of-a-token")
                    .send();
            Contract.shipped().check(method, path, answer);
            assertThat(answer.status()).as("%s %s", method, path).isEqualTo(405);
            assertThat(allowed(answer)).isEqualTo(methods);
            assertThat(answer.text()).doesNotContain("echo");
        });
        Answer elsewhere = RawHttp.to(server.url(), method + " /realms/" + realm.name() + "/auth/nothing HTTP/1.1")
                .send();
        Contract.shipped().check(method, "/auth/nothing", elsewhere);
        assertThat(elsewhere.status()).isEqualTo(404);
    }

    @Test
    void S56_aSlashAtTheEndChangesNothing() {
        operations.forEach(operation -> {
            Answer without =
                    realm.api().call(operation.method(), operation.path()).send();
            // Held against the contract of the path without the slash: the document has no other.
            Answer with = realm.api()
                    .call(operation.method(), operation.path() + "/")
                    .unchecked()
                    .send();
            Contract.shipped().check(operation.method(), operation.path(), with);
            assertThat(with.status()).as("%s", operation).isEqualTo(without.status());
            assertThat(with.text()).as("%s", operation).isEqualTo(without.text());
        });
    }

    @Test
    void S56_aMethodInAHeaderOrTheQueryIsNoMethod() {
        Answer answer = realm.api()
                .post("/user/2fa/totp?_method=DELETE&method=DELETE")
                .header("X-HTTP-Method-Override", "DELETE")
                .header("X-HTTP-Method", "DELETE")
                .send();
        assertThat(answer.status()).isEqualTo(405);
        assertThat(allowed(answer)).containsExactly("DELETE");
    }

    private static Set<String> allowed(Answer answer) {
        return Set.of(answer.header("Allow").orElse("").split(", ", -1));
    }
}
