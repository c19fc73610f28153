package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.passwordThen;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** A passkey beside our factors, in the flow of {@code docs/flows.md}: reports 16 and 17 of the field. */
@KeycloakTest
class PasskeyIT {
    private static final String REGISTER = "webauthn-register-passwordless";

    private final Chromium chromium;
    private final TestRealm realm;

    PasskeyIT(Chromium chromium, NewRealm newRealm) {
        this.chromium = chromium;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setWebAuthnPolicyPasswordlessPasskeysEnabled(true))
                .browserFlow(passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-user-configured", "REQUIRED"),
                        form("conditional-credential", "REQUIRED", Map.of("credentials", "webauthn-passwordless")),
                        form("two-factor-totp-form", "ALTERNATIVE"))))
                .create();
    }

    @Test
    void S69_aPasskeyIsAskedForNoCodeAndAmrNamesNoPassword() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = chromium.person().tab().withPasskeys();
        register(tab, user);
        realm.user(user.user()).logout();

        tab.go(address(Map.of()));
        tab.await("the passkey", () -> AppPage.isIn(tab));
        assertThat(amr(tab)).extracting(JsonNode::textValue).doesNotContain("pwd", "otp", "mfa");
    }

    /** The first log-in is by the password, which asks for the code. */
    private void register(Tab tab, Enrolled user) {
        Tab code = logIn(tab, user);
        CodePage.in(code).send(user.device().code());
        // The browser answers the page's question for a name by itself.
        tab.follow("#registerWebAuthn");
        tab.await("the app", () -> AppPage.isIn(tab));
        assertThat(amr(tab)).extracting(JsonNode::textValue).containsExactly("pwd", "otp", "mfa");
    }

    private Tab logIn(Tab tab, Enrolled user) {
        tab.go(address(Map.of("kc_action", REGISTER)));
        tab.type("#username", user.user().username())
                .type("#password", user.user().password());
        return tab.follow("#kc-login");
    }

    private JsonNode amr(Tab tab) {
        return Jwt.of(AppPage.in(tab).tokens(realm).field("access_token"))
                .claims()
                .required("amr");
    }

    /** By a name: passkeys belong to one, and an address of numbers has none. */
    private String address(Map<String, String> more) {
        return LoginPage.address(realm, more).replace("127.0.0.1", "localhost");
    }
}
