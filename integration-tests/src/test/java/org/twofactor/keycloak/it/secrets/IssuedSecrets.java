package org.twofactor.keycloak.it.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every secret that the server handed out to a test, or a test to the server, in the whole run: at the end its log is
 * searched for them. The API client adds what it sees in answers; codes out of mails, passwords and the like are added
 * by whoever reads or makes them.
 */
public final class IssuedSecrets {

    private static final Map<String, String> KIND_BY_VALUE = new ConcurrentHashMap<>();

    /** Fields of our answers and of Keycloak's token endpoint whose text, or each text in whose list, is a secret. */
    private static final Set<String> SECRET_FIELDS = Set.of(
            "accessToken",
            "refreshToken",
            "sudoToken",
            "partialAuthToken",
            "recoveryCodes",
            "access_token",
            "refresh_token",
            "id_token",
            "partial_auth_token",
            "sudo_token");

    private static final Pattern OTPAUTH_SECRET = Pattern.compile("otpauth://\\S*[?&]secret=([A-Z2-7]+)");

    private static final int SHORTEST_SEARCHED = 12;

    private IssuedSecrets() {}

    /** Adds one by hand, with a word on what it is. */
    public static void add(String kind, String value) {
        if (!value.isBlank()) {
            KIND_BY_VALUE.put(value, kind);
        }
    }

    /** Adds what a JSON answer holds. */
    public static void addFrom(JsonNode answer) {
        if (answer.has("openapi")) {
            // The API's description speaks of secrets, and has none.
            return;
        }
        answer.properties().forEach(field -> {
            if (SECRET_FIELDS.contains(field.getKey())) {
                addTexts(field.getKey(), field.getValue());
            } else {
                addFrom(field.getValue());
            }
        });
        if (answer.isArray()) {
            answer.forEach(IssuedSecrets::addFrom);
        }
        if (answer.isTextual()) {
            Matcher seed = OTPAUTH_SECRET.matcher(answer.textValue());
            if (seed.find()) {
                add("TOTP seed", seed.group(1));
            }
        }
    }

    private static void addTexts(String kind, JsonNode value) {
        if (value.isTextual()) {
            add(kind, value.textValue());
        }
        value.forEach(each -> addTexts(kind, each));
    }

    /** All of them so far: what it is, by its value. */
    public static SortedMap<String, String> all() {
        return new ConcurrentSkipListMap<>(KIND_BY_VALUE);
    }

    /** Writes all that are long enough to be searched for in a log full of numbers: a line each, kind and value. */
    public static void write(Path file) {
        try {
            Files.write(
                    file,
                    KIND_BY_VALUE.entrySet().stream()
                            .filter(secret -> secret.getKey().length() >= SHORTEST_SEARCHED)
                            .map(secret -> secret.getValue() + "\t" + secret.getKey())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
