package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** What the tokens of a log-in in a browser say of it, and stepping up from one level to the next. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LevelIT {
    private static final String TOTP = "two-factor-totp-form";
    private static final String RECOVERY = "two-factor-recovery-code-form";
    private static final String LEVEL = "conditional-level-of-authentication";

    private static final String EMAIL = "two-factor-email-otp-form";
    private static final int MINUTE = 60;
    private static final int HOURS = 36_000;

    /** An acr that the app can't do without. */
    private static final Map<String, String> ESSENTIAL =
            Map.of("claims", "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"2\"]}}}");

    private final Inbox inbox;
    private final TestRealm plain;
    private final TestRealm levels;
    private final TestRealm devices;

    LevelIT(Inbox inbox, NewRealm one, NewRealm two, NewRealm three) {
        this.inbox = inbox;
        plain = one.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("totpLevel", "3", "recoveryCodeLevel", "2"))
                .browserFlow(BrowserFlow.passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-user-configured", "REQUIRED"),
                        form(TOTP, "ALTERNATIVE"),
                        form(
                                RECOVERY,
                                "ALTERNATIVE",
                                Map.of("default.reference.value", "paper", "default.reference.maxAge", "3600")))))
                .create();
        levels = two.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.of(
                        form("auth-cookie", "ALTERNATIVE"),
                        subflow(
                                "ALTERNATIVE",
                                subflow(
                                        "CONDITIONAL",
                                        level(1, HOURS),
                                        form("auth-username-password-form", "REQUIRED")),
                                subflow(
                                        "CONDITIONAL",
                                        level(2, HOURS),
                                        form(TOTP, "ALTERNATIVE"),
                                        form(EMAIL, "ALTERNATIVE"),
                                        form(RECOVERY, "ALTERNATIVE")))))
                .create();
        devices = three.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.of(
                        form("auth-cookie", "ALTERNATIVE"),
                        subflow(
                                "ALTERNATIVE",
                                subflow(
                                        "CONDITIONAL",
                                        level(1, HOURS),
                                        form("auth-username-password-form", "REQUIRED")),
                                subflow(
                                        "CONDITIONAL",
                                        level(2, MINUTE),
                                        form("conditional-two-factor-device", "REQUIRED", Map.of("days", "30")),
                                        form(TOTP, "ALTERNATIVE")))))
                .create();
    }

    private static BrowserFlow.Step level(int level, int maxAge) {
        return form(
                LEVEL,
                "REQUIRED",
                Map.of("loa-condition-level", Integer.toString(level), "loa-max-age", Integer.toString(maxAge)));
    }

    @Test
    void S36_acrIsTheLevelOfTheFactorAndAmrNamesItAndBothSurviveTheRefresh() {
        Enrolled user = Enrolled.withTotp(plain);
        Answer byApp = HttpBrowser.withPassword(plain, user.user())
                .code(user.device().code())
                .tokens(plain);
        assertLoggedIn(byApp, "3", "pwd", "otp", "mfa");

        Answer byPaper = HttpBrowser.withPassword(plain, user.user())
                .tryOtherWay()
                .code(user.recoveryCode())
                .tokens(plain);
        // The last one is the administrator's own reference for that step.
        assertLoggedIn(byPaper, "2", "pwd", "recovery", "paper");
    }

    @Test
    void S36_aClientStepsUpFromThePasswordToASecondFactorInTheSameSession() {
        Enrolled user = Enrolled.withTotp(levels);
        HttpBrowser browser =
                HttpBrowser.open(levels, Map.of("acr_values", "1")).password(user.user());
        Jwt low = Jwt.of(browser.tokens(levels).field("access_token"));
        assertThat(low.claim("acr")).isEqualTo("1");

        browser.get(LoginPage.address(levels, Map.of("acr_values", "2")));
        assertThat(browser.asksFor("password")).isFalse();
        assertThat(browser.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        assertThat(browser.code(user.device().wrongCode()).loggedIn()).isFalse();
        Answer tokens = browser.code(user.device().code()).tokens(levels);
        assertLoggedIn(tokens, "2", "pwd", "otp", "mfa");
        assertThat(Jwt.of(tokens.field("access_token")).claim("sid")).isEqualTo(low.claim("sid"));

        browser.get(LoginPage.address(levels, Map.of("acr_values", "2")));
        assertThat(Jwt.of(browser.tokens(levels).field("access_token")).claim("acr"))
                .as("for the next while")
                .isEqualTo("2");
    }

    @Test
    void S36_S39_whoHasNoSecondFactorDoesNotGetToTheHigherLevel() {
        var user = levels.newUser();
        HttpBrowser browser =
                HttpBrowser.open(levels, Map.of("acr_values", "2")).password(user);
        assertThat(browser.loggedIn()).isFalse();
        assertThat(browser.status()).isEqualTo(400);
        browser.get(LoginPage.address(levels, Map.of("acr_values", "2")));
        assertThat(browser.loggedIn()).isFalse();
    }

    @Test
    void S36_anAcrThatTheAppCannotDoWithoutIsAskedForAndWhoCannotGiveItIsNotLetIn() {
        Enrolled user = Enrolled.withTotp(levels);
        HttpBrowser browser = HttpBrowser.open(levels, ESSENTIAL).password(user.user());
        assertThat(browser.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        assertLoggedIn(browser.code(user.device().code()).tokens(levels), "2", "pwd", "otp", "mfa");

        HttpBrowser without = HttpBrowser.open(levels, ESSENTIAL).password(levels.newUser());
        assertThat(without.loggedIn()).isFalse();
        assertThat(without.status()).isEqualTo(400);
    }

    @Test
    void S36_stepUpByMailAndByPaperSaysSoInAmr() {
        EmailEnrolled mail = EmailEnrolled.in(levels, inbox);
        HttpBrowser browser =
                HttpBrowser.open(levels, Map.of("acr_values", "1")).password(mail.user());
        assertLoggedIn(browser.tokens(levels), "1", "pwd");
        browser.get(LoginPage.address(levels, Map.of("acr_values", "2")));
        assertLoggedIn(browser.code(mail.nextCode()).tokens(levels), "2", "pwd", "mca");

        Enrolled paper = Enrolled.withTotp(levels);
        browser = HttpBrowser.open(levels, Map.of("acr_values", "1")).password(paper.user());
        assertLoggedIn(browser.tokens(levels), "1", "pwd");
        browser.get(LoginPage.address(levels, Map.of("acr_values", "2"))).tryOtherWay();
        assertLoggedIn(browser.code(paper.recoveryCode()).tokens(levels), "2", "pwd", "recovery");
    }

    @Test
    void S36_aLevelWhoseAgeIsOverIsAskedForAgainAndThePasswordIsNot(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(devices);
        HttpBrowser browser =
                HttpBrowser.open(devices, Map.of("acr_values", "2")).password(user.user());
        assertLoggedIn(browser.code(user.device().code()).tokens(devices), "2", "pwd", "otp", "mfa");
        browser.get(LoginPage.address(devices, Map.of("acr_values", "2")));
        assertThat(browser.loggedIn()).as("while it is young").isTrue();

        clock.advance(Duration.ofSeconds(MINUTE + 5));
        browser.get(LoginPage.address(devices, Map.of("acr_values", "1")));
        assertThat(Jwt.of(browser.tokens(devices).field("access_token")).claim("acr"))
                .as("of the level that is left")
                .isEqualTo("1");
        browser.get(LoginPage.address(devices, Map.of("acr_values", "2")));
        assertThat(browser.loggedIn()).isFalse();
        assertThat(browser.asksFor("password")).isFalse();
        assertThat(browser.heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
        assertThat(browser.code(user.device().wrongCode()).loggedIn()).isFalse();
        assertLoggedIn(browser.code(user.device().code()).tokens(devices), "2", "pwd", "otp", "mfa");
    }

    @Test
    void S36_aTrustedDeviceReachesNoLevelAndClaimsNoFactor() {
        Enrolled user = Enrolled.withTotp(devices);
        HttpBrowser browser =
                HttpBrowser.open(devices, Map.of("acr_values", "2")).password(user.user());
        browser.post(Map.of("code", user.device().code(), "trustDevice", "on"));
        assertLoggedIn(browser.tokens(devices), "2", "pwd", "otp", "mfa");
        devices.user(user.user()).logout();

        browser.get(LoginPage.address(devices, Map.of())).password(user.user());
        assertLoggedIn(browser.tokens(devices), "1", "pwd");
        for (Map<String, String> wanted : List.of(Map.of("acr_values", "2"), ESSENTIAL)) {
            devices.user(user.user()).logout();
            browser.get(LoginPage.address(devices, wanted)).password(user.user());
            assertThat(browser.loggedIn()).as("a level that the app asks for").isFalse();
            browser.post(Map.of("code", user.device().code()));
            assertLoggedIn(browser.tokens(devices), "2", "pwd", "otp", "mfa");
        }
    }

    private static void assertLoggedIn(Answer tokens, String acr, String... methods) {
        Answer renewed = refresh(tokens);
        for (String token : List.of(tokens.field("access_token"), renewed.field("access_token"))) {
            Jwt jwt = Jwt.of(token);
            assertThat(jwt.claim("acr")).isEqualTo(acr);
            List<String> amr = new ArrayList<>();
            jwt.claims().required("amr").forEach(method -> amr.add(method.textValue()));
            assertThat(amr).containsExactlyInAnyOrder(methods);
        }
    }

    private static Answer refresh(Answer tokens) {
        String realm = Jwt.of(tokens.field("access_token")).claim("iss");
        return new Api(URI.create(realm))
                .post("/protocol/openid-connect/token")
                .form(Map.of(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        TestClients.APP,
                        "refresh_token",
                        tokens.field("refresh_token")))
                .send();
    }
}
