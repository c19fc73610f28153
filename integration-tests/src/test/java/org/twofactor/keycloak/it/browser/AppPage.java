package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;

/** The app's page that a user comes back to: the log-in is over. */
public final class AppPage {
    private final String code;

    private AppPage(String code) {
        this.code = code;
    }

    /** The page that is there, which must be the app's, with an authorization code. */
    public static AppPage in(Tab tab) {
        assertThat(isIn(tab))
                .as("logged in; instead: %s\n%s", tab.url(), tab.text())
                .isTrue();
        return at(tab.url());
    }

    /** The page at that address, to which the browser was sent. */
    static AppPage at(URI url) {
        String code = Arrays.stream(url.getQuery().split("&", -1))
                .filter(parameter -> parameter.startsWith("code="))
                .map(parameter -> parameter.substring("code=".length()))
                .findFirst()
                .orElseThrow();
        IssuedSecrets.add("authorization code", code);
        return new AppPage(code);
    }

    /** Whether the user is logged in. */
    public static boolean isIn(Tab tab) {
        String url = tab.url().toString();
        return url.startsWith(LoginPage.REDIRECT_URI) && url.contains("code=");
    }

    /** What the app gets for the code. */
    public Answer tokens(TestRealm realm) {
        Answer answer = realm.token(
                TestClients.APP,
                Map.of("grant_type", "authorization_code", "code", code, "redirect_uri", LoginPage.REDIRECT_URI));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }
}
