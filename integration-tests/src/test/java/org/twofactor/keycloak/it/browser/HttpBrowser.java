package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/**
 * Keycloak's login pages without a browser: forms filled in, cookies kept, redirects followed up to the app's. For
 * storms and for what no browser would send.
 */
public final class HttpBrowser {
    private static final Pattern ACTION = Pattern.compile("<form[^>]*\\saction=\"([^\"]+)\"");
    private static final Pattern ERROR =
            Pattern.compile("id=\"input-error-code\".*?kc-feedback-text\">\\s*(.*?)\\s*</span>", Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("<h1[^>]*>\\s*(.*?)\\s*</h1>", Pattern.DOTALL);
    private static final Pattern OTHER_WAY =
            Pattern.compile("<button[^>]*name=\"authenticationExecution\" value=\"([^\"]+)\"");
    private static final int MOST_REDIRECTS = 5;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    // By hand: Java's own cookie jar keeps Keycloak's Secure cookies to itself over plain http.
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private HttpResponse<String> page;

    private HttpBrowser() {}

    /** Opens the login page of the realm. */
    public static HttpBrowser open(TestRealm realm) {
        return open(realm, Map.of());
    }

    /** Opens the login page, with more parameters in the request of the app. */
    public static HttpBrowser open(TestRealm realm, Map<String, String> more) {
        return new HttpBrowser().get(LoginPage.address(realm, more));
    }

    /** Opens the login page of the realm and gives name and password. */
    public static HttpBrowser withPassword(TestRealm realm, TestUser user) {
        return open(realm).password(user);
    }

    /** Gives name and password. */
    public HttpBrowser password(TestUser user) {
        return post(Map.of("username", user.username(), "password", user.password()));
    }

    public HttpBrowser get(String url) {
        page = follow(send(HttpRequest.newBuilder(URI.create(url)).GET()));
        return this;
    }

    /** Sends the first form of the page, with these fields and no others. */
    public HttpBrowser post(Map<String, String> fields) {
        return post(action(), fields);
    }

    /** Sends a form to where the form of another page would go. */
    public HttpBrowser post(String action, Map<String, String> fields) {
        page = follow(send(HttpRequest.newBuilder(page.uri().resolve(action))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Api.form(fields)))));
        return this;
    }

    /** Sends the form of our page with that code in its field. */
    public HttpBrowser code(String code) {
        return post(Map.of("code", code));
    }

    /** The cookies whose names begin so, each as {@code name=value}. */
    public List<String> cookies(String prefix) {
        return cookies.values().stream()
                .filter(cookie -> cookie.startsWith(prefix))
                .toList();
    }

    /** Where the first form of the page goes. */
    public String action() {
        Matcher action = ACTION.matcher(page.body());
        if (!action.find()) {
            throw new AssertionError("no form on the page: " + page.statusCode() + " " + page.body());
        }
        return action.group(1).replace("&amp;", "&");
    }

    /** The other ways that our page offers without scripts, each by the value that chooses it. */
    public List<String> otherWays() {
        return OTHER_WAY.matcher(page.body()).results().map(way -> way.group(1)).toList();
    }

    /** Takes the first other way that our page offers. */
    public HttpBrowser tryOtherWay() {
        return post(Map.of("authenticationExecution", otherWays().get(0)));
    }

    /** What the page is called. */
    public String heading() {
        Matcher heading = HEADING.matcher(page.body());
        return heading.find() ? heading.group(1) : "";
    }

    /** Whether the page has a field of that name: {@code code} on our pages, {@code otp} on Keycloak's. */
    public boolean asksFor(String field) {
        return page.statusCode() == 200 && page.body().contains("name=\"" + field + "\"");
    }

    /** What our page says is wrong. */
    public Optional<String> error() {
        Matcher error = ERROR.matcher(page.body());
        return error.find() ? Optional.of(error.group(1)) : Optional.empty();
    }

    /** Whether it was sent back to the app with a code. */
    public boolean loggedIn() {
        return page.statusCode() == 302
                && location().startsWith(LoginPage.REDIRECT_URI)
                && location().contains("code=");
    }

    /** What the app gets for having been sent the user. */
    public Answer tokens(TestRealm realm) {
        assertThat(loggedIn())
                .as("logged in; instead: %s %s", status(), heading())
                .isTrue();
        return AppPage.at(URI.create(location())).tokens(realm);
    }

    public int status() {
        return page.statusCode();
    }

    public String body() {
        return page.body();
    }

    private HttpResponse<String> follow(HttpResponse<String> answer) {
        HttpResponse<String> last = answer;
        for (int redirects = 0; last.statusCode() == 302 && redirects < MOST_REDIRECTS; redirects++) {
            String location = last.headers().firstValue("Location").orElseThrow();
            if (location.startsWith(LoginPage.REDIRECT_URI)) {
                return last;
            }
            last = send(HttpRequest.newBuilder(last.uri().resolve(location)).GET());
        }
        return last;
    }

    private String location() {
        return page.headers().firstValue("Location").orElse("");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            if (!cookies.isEmpty()) {
                request.header("Cookie", String.join("; ", cookies.values()));
            }
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
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
