package org.twofactor.keycloak.it.browser;

import java.util.HashMap;
import java.util.Map;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Keycloak's page for name and password, where every log-in at {@link TestClients#APP} begins. */
public final class LoginPage {
    /** Where users are sent back to. */
    static final String REDIRECT_URI = TestClients.APP_ORIGIN + "/back";

    private final Tab tab;

    private LoginPage(Tab tab) {
        this.tab = tab;
    }

    public static LoginPage open(Tab tab, TestRealm realm) {
        return open(tab, realm, Map.of());
    }

    /** With more parameters in the request of the app: {@code acr_values}, {@code prompt}. */
    public static LoginPage open(Tab tab, TestRealm realm, Map<String, String> more) {
        tab.go(address(realm, more));
        return new LoginPage(tab);
    }

    /** What the app sends the browser to. */
    public static String address(TestRealm realm, Map<String, String> more) {
        Map<String, String> parameters = new HashMap<>(Map.of(
                "client_id",
                TestClients.APP,
                "redirect_uri",
                REDIRECT_URI,
                "response_type",
                "code",
                "scope",
                "openid",
                "state",
                "state"));
        parameters.putAll(more);
        return realm.api().base() + "/protocol/openid-connect/auth?" + Api.form(parameters);
    }

    public Tab tab() {
        return tab;
    }

    /** Gives name and password, and answers whatever comes next. */
    public Tab logIn(TestUser user) {
        tab.type("#username", user.username()).type("#password", user.password());
        return tab.follow("#kc-login");
    }
}
