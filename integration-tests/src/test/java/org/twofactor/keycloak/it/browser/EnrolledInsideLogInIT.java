package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** A factor that is set up inside a log-in has been given in it: reports 18 and 19 of the field. */
@KeycloakTest
class EnrolledInsideLogInIT {
    private static final String TOTP = "two-factor-totp-form";
    private static final Map<String, String> HIGHER = Map.of("acr_values", "2");

    private final Chromium chromium;

    EnrolledInsideLogInIT(Chromium chromium) {
        this.chromium = chromium;
    }

    @Test
    void S36_S69_acrAndAmrAreThoseOfTheNextLogIn(NewRealm newRealm) {
        TestRealm realm = policy(newRealm).browserFlow(BrowserFlow.anyOf(TOTP)).create();
        TestUser user = realm.newUser(it -> it.setRequiredActions(List.of("CONFIGURE_TOTP")));
        EnrolTotpPage page =
                EnrolTotpPage.in(LoginPage.open(chromium.person().tab(), realm).logIn(user));
        Device device = page.device();
        Jwt first = token(realm, page.sendRight(device.code()).finish());

        Tab again = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        Jwt next = token(realm, CodePage.in(again).send(device.code()));

        assertThat(first.claim("acr")).isEqualTo(next.claim("acr")).isNotEqualTo("1");
        assertThat(amr(first)).isEqualTo(amr(next)).containsExactly("pwd", "otp", "mfa");
    }

    /** The flow of {@code docs/flows.md} for those who have nothing to step up with. */
    @Test
    void S36_S39_whoStepsUpWithoutAFactorSetsOneUpWhereTheFlowSaysSo(NewRealm newRealm) {
        TestRealm realm = policy(newRealm).browserFlow(levels()).create();
        TestUser user = realm.newUser();
        Tab tab = LoginPage.open(chromium.person().tab(), realm, Map.of("acr_values", "1"))
                .logIn(user);
        assertThat(token(realm, tab).claim("acr")).isEqualTo("1");

        EnrolTotpPage page = EnrolTotpPage.in(tab.go(LoginPage.address(realm, HIGHER)));
        Device device = page.device();
        Jwt high = token(realm, page.sendRight(device.code()).finish());
        assertThat(high.claim("acr")).isEqualTo("2");
        assertThat(amr(high)).containsExactly("pwd", "otp", "mfa");

        Enrolled other = Enrolled.withTotp(realm);
        Tab asked = LoginPage.open(chromium.person().tab(), realm, HIGHER).logIn(other.user());
        assertThat(EnrolTotpPage.isIn(asked)).as("whoever has a factor").isFalse();
        assertThat(token(realm, CodePage.in(asked).send(other.device().code())).claim("acr"))
                .isEqualTo("2");
    }

    private static NewRealm policy(NewRealm newRealm) {
        return newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW);
    }

    private static BrowserFlow levels() {
        return BrowserFlow.of(
                form("auth-cookie", "ALTERNATIVE"),
                subflow(
                        "ALTERNATIVE",
                        subflow("CONDITIONAL", level(1), form("auth-username-password-form", "REQUIRED")),
                        subflow(
                                "CONDITIONAL",
                                level(2),
                                subflow(
                                        "CONDITIONAL",
                                        form("conditional-two-factor-enrolled", "REQUIRED"),
                                        form(TOTP, "ALTERNATIVE")),
                                subflow(
                                        "CONDITIONAL",
                                        form("conditional-two-factor-enrolled", "REQUIRED", Map.of("negate", "true")),
                                        form(TOTP, "REQUIRED")))));
    }

    private static BrowserFlow.Step level(int level) {
        return form(
                "conditional-level-of-authentication",
                "REQUIRED",
                Map.of("loa-condition-level", Integer.toString(level), "loa-max-age", "36000"));
    }

    private static Jwt token(TestRealm realm, Tab tab) {
        return Jwt.of(AppPage.in(tab).tokens(realm).field("access_token"));
    }

    private static List<String> amr(Jwt token) {
        return StreamSupport.stream(token.claims().required("amr").spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }
}
