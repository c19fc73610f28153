package org.twofactor.keycloak.it.factor;

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
import org.twofactor.keycloak.it.realm.TestUser;

/** Keycloak's own login pages, filled in as a browser without scripts would. */
final class BrowserLogin {
    private static final Pattern ACTION = Pattern.compile("<form[^>]*\\saction=\"([^\"]+)\"");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    // By hand: Java's own cookie jar keeps Keycloak's Secure cookies to itself over plain http.
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private HttpResponse<String> page;

    private BrowserLogin() {}

    /** Opens the login page of the realm and gives name and password. */
    static BrowserLogin withPassword(TestRealm realm, TestUser user) {
        BrowserLogin browser = new BrowserLogin();
        String start = realm.api().base() + "/protocol/openid-connect/auth?"
                + Api.form(Map.of(
                        "client_id",
                        TestClients.APP,
                        "redirect_uri",
                        TestClients.APP_ORIGIN + "/back",
                        "response_type",
                        "code",
                        "scope",
                        "openid"));
        browser.page = browser.send(HttpRequest.newBuilder(URI.create(start)).GET());
        browser.submit(Map.of("username", user.username(), "password", user.password()));
        return browser;
    }

    /** Types a code into Keycloak's own OTP form. */
    BrowserLogin otp(String code) {
        submit(Map.of("otp", code));
        return this;
    }

    boolean asksForOtp() {
        return page.statusCode() == 200 && page.body().contains("name=\"otp\"");
    }

    /** Whether it was sent back to the app with a code. */
    boolean loggedIn() {
        return page.statusCode() == 302
                && page.headers().firstValue("Location").orElse("").startsWith(TestClients.APP_ORIGIN + "/back")
                && page.headers().firstValue("Location").orElse("").contains("code=");
    }

    private void submit(Map<String, String> fields) {
        Matcher action = ACTION.matcher(page.body());
        if (!action.find()) {
            throw new AssertionError("no form on the page: " + page.statusCode() + " " + page.body());
        }
        URI target = URI.create(action.group(1).replace("&amp;", "&"));
        page = send(HttpRequest.newBuilder(target)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Api.form(fields))));
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
