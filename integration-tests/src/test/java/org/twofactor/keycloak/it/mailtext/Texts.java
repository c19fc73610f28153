package org.twofactor.keycloak.it.mailtext;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.MessageFormat;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.twofactor.keycloak.it.realm.TestRealm;

/** The texts that the running server has for a realm's mails, in each of its languages. */
final class Texts {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestRealm realm;
    private final Map<String, Map<String, String>> byLanguage = new ConcurrentHashMap<>();

    Texts(TestRealm realm) {
        this.realm = realm;
    }

    /** One of them, with these in its places. */
    String of(String language, String key, Object... arguments) {
        String text = all(language).get(key);
        if (text == null) {
            throw new AssertionError("no " + key + " in " + language);
        }
        return new MessageFormat(text, Locale.forLanguageTag(language)).format(arguments);
    }

    Map<String, String> all(String language) {
        return byLanguage.computeIfAbsent(language, tag -> ofServer("email", tag));
    }

    /** @param type of theme: {@code email}, {@code login} */
    Map<String, String> ofServer(String type, String language) {
        URI url = realm.api().base().resolve("/resources/" + realm.name() + "/" + type + "/" + language);
        try {
            HttpResponse<String> answer =
                    HTTP.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
            Map<String, String> texts = new HashMap<>();
            for (JsonNode text : JSON.readTree(answer.body())) {
                texts.put(
                        text.required("key").textValue(), text.required("value").textValue());
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at " + url, e);
        }
    }
}
