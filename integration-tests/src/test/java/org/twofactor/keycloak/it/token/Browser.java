package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** As much of a browser as it takes to log in on Keycloak's page and look at the cookies. */
record Browser(TestRealm realm) {
    private static final Pattern FORM = Pattern.compile("action=\"([^\"]+/login-actions/[^\"]+)\"");

    /** Keycloak's own proof of the log-in: a JWT that a key of the realm has signed. */
    String identityCookie(TestUser user) {
        Answer page = realm.api()
                .get("/protocol/openid-connect/auth?response_type=code&scope=openid&client_id=" + TestClients.APP
                        + "&redirect_uri="
                        + URLEncoder.encode(TestClients.APP_ORIGIN + "/", StandardCharsets.UTF_8))
                .send();
        Matcher form = FORM.matcher(page.text());
        assertThat(form.find()).as(page.text()).isTrue();
        String action =
                form.group(1).replace("&amp;", "&").replace(realm.api().base().toString(), "");
        Answer loggedIn = realm.api()
                .post(action)
                .header(
                        "Cookie",
                        cookies(page).entrySet().stream()
                                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                .collect(Collectors.joining("; ")))
                .form(Map.of("username", user.username(), "password", user.password()))
                .send();
        assertThat(loggedIn.status()).isEqualTo(302);
        return cookies(loggedIn).get("KEYCLOAK_IDENTITY");
    }

    private static Map<String, String> cookies(Answer answer) {
        return answer.headers().getOrDefault("set-cookie", List.of()).stream()
                .map(cookie -> cookie.split(";", 2)[0].split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, last) -> last));
    }
}
