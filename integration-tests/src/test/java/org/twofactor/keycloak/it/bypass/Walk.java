package org.twofactor.keycloak.it.bypass;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.browser.CodePage;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/**
 * Somebody at Keycloak's pages, in whatever realm and flow: forms filled in, cookies kept by their paths, redirects
 * followed until they lead to an app. No scripts, and nothing that a browser would not let out of a form either.
 */
final class Walk {
    /** Where every app of the tests is. */
    static final String APP = TestClients.APP_ORIGIN + "/back";

    private static final Pattern ACTION = Pattern.compile("<form[^>]*\\saction=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("<h1[^>]*>\\s*(.*?)\\s*</h1>", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("<a[^>]*\\shref=\"([^\"]+)\"");
    private static final int MOST_REDIRECTS = 15;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** By path and name. */
    private final Map<String, String> cookies;

    private final Map<String, String> headers = new LinkedHashMap<>();
    private HttpResponse<String> page;

    private Walk(Map<String, String> cookies) {
        this.cookies = cookies;
    }

    /** With a browser that nobody has used. */
    static Walk afresh() {
        return new Walk(new LinkedHashMap<>());
    }

    /** Another tab of the same browser. */
    Walk anotherTab() {
        return new Walk(cookies);
    }

    /** Sends this header with every request. */
    Walk with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** Has a cookie of its own making, for every path: {@code name=value}. */
    Walk cookie(String pair) {
        keep(pair + "; path=/");
        return this;
    }

    /** What an app sends its users to. */
    static String login(TestRealm realm, String clientId, Map<String, String> more) {
        Map<String, String> parameters = new LinkedHashMap<>(Map.of(
                "client_id",
                clientId,
                "redirect_uri",
                APP,
                "response_type",
                "code",
                "scope",
                "openid",
                "state",
                "state"));
        parameters.putAll(more);
        return realm.api().base() + "/protocol/openid-connect/auth?" + Api.form(parameters);
    }

    Walk open(String url) {
        page = follow(send(HttpRequest.newBuilder(URI.create(url)).GET()));
        return this;
    }

    /** Sends the first form of the page. */
    Walk submit(Map<String, String> fields) {
        return submit(action(), fields);
    }

    Walk submit(String action, Map<String, String> fields) {
        page = follow(send(HttpRequest.newBuilder(URI.create(action))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Api.form(fields)))));
        return this;
    }

    Walk password(TestUser user) {
        return submit(Map.of("username", user.username(), "password", user.password()));
    }

    /** Gives the code that the page asks for. */
    Walk give(String code) {
        return submit(Map.of("code", code));
    }

    boolean hasForm() {
        return page.statusCode() == 200 && ACTION.matcher(page.body()).find();
    }

    /** Where the first form of the page goes. */
    String action() {
        Matcher action = ACTION.matcher(page.body());
        if (!action.find()) {
            throw new AssertionError("no form on the page: " + this);
        }
        return page.uri().resolve(unescaped(action.group(1))).toString();
    }

    /** The first link of the page that has this in it. */
    String link(String part) {
        return LINK.matcher(page.body())
                .results()
                .map(link -> unescaped(link.group(1)))
                .filter(link -> link.contains(part))
                .map(link -> page.uri().resolve(link).toString())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no link to " + part + " on the page: " + this));
    }

    /** Keycloak's link to begin anew, for the tab of the page that is there. */
    String restart() {
        String query = URI.create(action()).getRawQuery();
        String tab = List.of(query.split("&", -1)).stream()
                .filter(parameter -> parameter.matches("(client_id|tab_id|client_data)=.*"))
                .collect(Collectors.joining("&"));
        String pages = action().replaceAll("/login-actions/.*", "/login-actions/restart?");
        return pages + tab;
    }

    /** The page of ours that is there, if it is one. */
    Optional<Page> codePage() {
        if (page.statusCode() != 200) {
            return Optional.empty();
        }
        String heading = heading();
        return List.of(Page.values()).stream()
                .filter(it -> it.heading.equals(heading))
                .findFirst();
    }

    boolean asksForPassword() {
        return page.statusCode() == 200 && has("name=\"username\"") && has("name=\"password\"");
    }

    /** Whether the app was handed an authorization code. */
    boolean isIn() {
        return location().startsWith(APP) && parameter("code").isPresent();
    }

    /** A parameter of the address that leads back to the app. */
    Optional<String> parameter(String name) {
        String query = Optional.ofNullable(URI.create(location()).getRawQuery()).orElse("");
        return List.of(query.split("&", -1)).stream()
                .filter(parameter -> parameter.startsWith(name + "="))
                .map(parameter -> parameter.substring(name.length() + 1))
                .findFirst();
    }

    boolean has(String part) {
        return page.body().contains(part);
    }

    int status() {
        return page.statusCode();
    }

    String heading() {
        Matcher heading = HEADING.matcher(page.body());
        return heading.find() ? heading.group(1) : "";
    }

    private String location() {
        return page.headers().firstValue("Location").orElse("");
    }

    private HttpResponse<String> follow(HttpResponse<String> first) {
        HttpResponse<String> last = first;
        for (int redirects = 0; last.statusCode() / 100 == 3; redirects++) {
            String location = last.headers().firstValue("Location").orElseThrow();
            if (location.startsWith(TestClients.APP_ORIGIN)) {
                return last;
            }
            if (redirects == MOST_REDIRECTS) {
                throw new AssertionError("it goes in circles: " + location);
            }
            last = send(HttpRequest.newBuilder(last.uri().resolve(location)).GET());
        }
        return last;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            URI uri = request.build().uri();
            headers.forEach(request::setHeader);
            List<String> sent = cookiesFor(uri);
            if (!sent.isEmpty()) {
                request.setHeader("Cookie", String.join("; ", sent));
            }
            HttpResponse<String> answer =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            answer.headers().allValues("Set-Cookie").forEach(this::keep);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private List<String> cookiesFor(URI uri) {
        List<String> sent = new ArrayList<>();
        synchronized (cookies) {
            cookies.forEach((key, pair) -> {
                if (uri.getPath().startsWith(key.split(" ", 2)[0])) {
                    sent.add(pair);
                }
            });
        }
        return sent;
    }

    private void keep(String cookie) {
        String[] parts = cookie.split(";\\s*", -1);
        String path = List.of(parts).stream()
                .filter(part -> part.regionMatches(true, 0, "path=", 0, "path=".length()))
                .map(part -> part.substring("path=".length()))
                .findFirst()
                .orElse("/");
        String key = path + " " + parts[0].split("=", 2)[0];
        synchronized (cookies) {
            if (cookie.toLowerCase(java.util.Locale.ROOT).contains("max-age=0")) {
                cookies.remove(key);
            } else {
                cookies.put(key, parts[0]);
            }
        }
    }

    private static String unescaped(String attribute) {
        return attribute.replace("&amp;", "&");
    }

    @Override
    public String toString() {
        return "%d %s at %s %s".formatted(page.statusCode(), heading(), page.uri(), location());
    }

    /** Our pages that ask for a code. */
    enum Page {
        AUTHENTICATOR_APP(CodePage.AUTHENTICATOR_APP),
        MAIL(CodePage.EMAIL),
        RECOVERY_CODE(CodePage.RECOVERY_CODE);

        private final String heading;

        Page(String heading) {
            this.heading = heading;
        }
    }
}
