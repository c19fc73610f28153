package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/** Keycloak's pages behind the link of its reset mail, walked through as a browser without scripts would. */
final class ResetLinkPages {
    private static final Pattern FORM = Pattern.compile("<form[^>]*\\saction=\"([^\"]+)\"");
    private static final Pattern PROCEED = Pattern.compile("href=\"([^\"]+/action-token[^\"]+)\"");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    // By hand: Java's own cookie jar keeps Keycloak's Secure cookies to itself over plain http.
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private HttpResponse<String> page;

    /** Opens the link and goes on to the form, if it is good. */
    static ResetLinkPages open(String link) {
        ResetLinkPages browser = new ResetLinkPages();
        browser.get(link);
        Matcher proceed = PROCEED.matcher(browser.page.body());
        if (browser.page.statusCode() == 200 && proceed.find()) {
            browser.get(proceed.group(1).replace("&amp;", "&"));
        }
        return browser;
    }

    boolean asksForAPassword() {
        return page.statusCode() == 200 && page.body().contains("name=\"password-new\"");
    }

    /** Fills the form in, ticks the box that ends other sessions, and sends it. */
    ResetLinkPages submit(String password) {
        Matcher form = FORM.matcher(page.body());
        assertThat(form.find()).as(page.body()).isTrue();
        assertThat(page.body()).contains("name=\"logout-sessions\"");
        follow(HttpRequest.newBuilder(URI.create(form.group(1).replace("&amp;", "&")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Api.form(
                        Map.of("password-new", password, "password-confirm", password, "logout-sessions", "on")))));
        return this;
    }

    String text() {
        return page.body();
    }

    /** Whether this browser is logged in: an app that asks for a login gets its code at once. */
    boolean isLoggedIn(TestRealm realm) {
        get(realm.api().base() + "/protocol/openid-connect/auth?"
                + Api.form(Map.of(
                        "client_id",
                        TestClients.APP,
                        "redirect_uri",
                        TestClients.APP_ORIGIN + "/back",
                        "response_type",
                        "code",
                        "scope",
                        "openid")));
        return page.statusCode() != 200 || !page.body().contains("name=\"password\"");
    }

    /** Whether any cookie of it speaks for a user. */
    boolean hasIdentity() {
        return cookies.values().stream()
                .anyMatch(cookie -> cookie.startsWith("KEYCLOAK_IDENTITY") || cookie.startsWith("KEYCLOAK_SESSION"));
    }

    private void get(String url) {
        follow(HttpRequest.newBuilder(URI.create(url)).GET());
    }

    private void follow(HttpRequest.Builder request) {
        page = send(request);
        while (page.statusCode() == 302 && !location().startsWith(TestClients.APP_ORIGIN)) {
            page = send(HttpRequest.newBuilder(URI.create(location())).GET());
        }
    }

    private String location() {
        return page.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            request.header("Cookie", String.join("; ", cookies.values()));
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            for (String cookie : answer.headers().allValues("Set-Cookie")) {
                String pair = cookie.split(";", 2)[0];
                cookies.put(pair.split("=", 2)[0], pair);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
