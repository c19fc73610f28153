package org.twofactor.keycloak.it.condition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.representations.idm.AuthenticationExecutionInfoRepresentation;
import org.keycloak.representations.idm.AuthenticatorConfigRepresentation;
import org.twofactor.keycloak.it.realm.TestRealm;

/** The one condition in the browser flow of a realm, as an administrator configures it. */
record ConditionOf(TestRealm realm, String provider) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Saves a configuration that has to be fine. */
    void configure(Map<String, String> config) {
        assertThat(save(config)).as("complaint").isEmpty();
    }

    /** Takes the configuration away, as if nobody had ever opened the dialog. */
    void configureNothing() {
        Optional.ofNullable(execution().getAuthenticationConfig())
                .ifPresent(id -> realm.admin().flows().removeAuthenticatorConfig(id));
    }

    /** @return what the console says where the configuration is refused */
    Optional<String> save(Map<String, String> config) {
        AuthenticationExecutionInfoRepresentation execution = execution();
        AuthenticatorConfigRepresentation saved = new AuthenticatorConfigRepresentation();
        saved.setAlias("the condition");
        saved.setConfig(new HashMap<>(config));
        if (execution.getAuthenticationConfig() == null) {
            try (Response answer = realm.admin().flows().newExecutionConfig(execution.getId(), saved)) {
                return answer.getStatus() == 201
                        ? Optional.empty()
                        : Optional.of(sentence(answer.readEntity(String.class)));
            }
        }
        try {
            realm.admin().flows().updateAuthenticatorConfig(execution.getAuthenticationConfig(), saved);
            return Optional.empty();
        } catch (BadRequestException refused) {
            return Optional.of(sentence(refused.getResponse().readEntity(String.class)));
        }
    }

    Map<String, String> config() {
        String id = execution().getAuthenticationConfig();
        return id == null
                ? Map.of()
                : realm.admin().flows().getAuthenticatorConfig(id).getConfig();
    }

    private AuthenticationExecutionInfoRepresentation execution() {
        String flow = realm.admin().toRepresentation().getBrowserFlow();
        return realm.admin().flows().getExecutions(flow).stream()
                .filter(it -> provider.equals(it.getProviderId()))
                .findFirst()
                .orElseThrow();
    }

    private static String sentence(String body) {
        try {
            return JSON.readTree(body).get("errorMessage").asText();
        } catch (JsonProcessingException e) {
            throw new AssertionError(body, e);
        }
    }
}
