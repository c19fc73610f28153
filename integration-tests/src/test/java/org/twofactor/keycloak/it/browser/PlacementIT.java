package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.idm.RequiredActionProviderRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Wherever an administrator puts our steps, and whatever is sent to them: nobody gets past without a right code. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlacementIT {
    private static final String TOTP = "two-factor-totp-form";
    private static final String RECOVERY = "two-factor-recovery-code-form";
    private static final int HUGE = 100_000;

    private final TestRealm requiredTotp;
    private final TestRealm requiredRecovery;
    private final TestRealm alternatives;
    private final TestRealm conditional;

    PlacementIT(NewRealm one, NewRealm two, NewRealm three, NewRealm four) {
        requiredTotp = realm(one, BrowserFlow.passwordThen(form(TOTP, "REQUIRED")));
        requiredRecovery = realm(two, BrowserFlow.passwordThen(form(RECOVERY, "REQUIRED")));
        alternatives = realm(
                three,
                BrowserFlow.passwordThen(
                        subflow("REQUIRED", form(TOTP, "ALTERNATIVE"), form(RECOVERY, "ALTERNATIVE"))));
        conditional = realm(four, BrowserFlow.anyOf(TOTP, RECOVERY));
    }

    private static TestRealm realm(NewRealm realm, BrowserFlow flow) {
        return realm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(flow)
                .create();
    }

    @Test
    void S39_requiredTheAppIsAskedFor() {
        Enrolled user = Enrolled.withTotp(requiredTotp);
        HttpBrowser browser = HttpBrowser.withPassword(requiredTotp, user.user());
        assertThat(browser.otherWays()).isEmpty();
        assertThat(browser.code(user.device().wrongCode()).loggedIn()).isFalse();
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
    }

    /** As for whoever redeems a partial token: the second factor is the last proof and not the last word. */
    @Test
    void S43_whatAnAdminDemandsAndConsentComeAfterTheRightCode(NewRealm newRealm) {
        TestRealm realm = realm(newRealm, BrowserFlow.passwordThen(form(TOTP, "REQUIRED")));
        Enrolled user = Enrolled.withTotp(realm);
        realm.updateClient(TestClients.APP, it -> it.setConsentRequired(true));
        realm.update(user.user(), it -> it.setRequiredActions(List.of("UPDATE_PASSWORD")));
        HttpBrowser browser =
                HttpBrowser.withPassword(realm, user.user()).code(user.device().code());
        assertThat(browser.asksFor("password-new")).isTrue();
        assertThat(HttpBrowser.withPassword(realm, user.user()).asksFor("code"))
                .as("a second tab of a stranger who knows the password")
                .isTrue();
        String other = "Other-" + user.user().password();
        browser.post(Map.of("password-new", other, "password-confirm", other));
        assertThat(browser.asksFor("accept")).isTrue();
        assertThat(browser.post(Map.of("accept", "Yes")).loggedIn()).isTrue();
    }

    @Test
    void S39_requiredTheAppHasToBeSetUpByWhoHasNothingAndNothingSkipsThat() {
        TestUser user = requiredTotp.newUser();
        HttpBrowser browser = HttpBrowser.withPassword(requiredTotp, user);
        assertThat(browser.loggedIn()).isFalse();
        assertThat(browser.body()).contains("Set up an authenticator app");
        browser.get(LoginPage.address(requiredTotp, Map.of()));
        assertThat(browser.loggedIn()).isFalse();
        assertThat(HttpBrowser.withPassword(requiredTotp, user).loggedIn()).isFalse();
        assertThat(requiredTotp.user(user).credentials())
                .extracting(CredentialRepresentation::getType)
                .containsExactly("password");
    }

    @Test
    void S49_whoHasAnotherFactorCannotSetAnAppUpWithThePasswordAlone() {
        TestUser user = requiredTotp.newUser();
        addEmailOtp(requiredTotp, user);
        HttpBrowser browser = HttpBrowser.withPassword(requiredTotp, user);
        assertThat(browser.status()).isEqualTo(400);
        assertThat(browser.body()).doesNotContain("totpSecret").contains("credential setup required");
        browser.get(LoginPage.address(requiredTotp, Map.of()));
        assertThat(browser.loggedIn()).isFalse();
        assertThat(browser.body()).doesNotContain("totpSecret");
    }

    @Test
    void S39_requiredAndNothingToSetItUpWithIsAnErrorAndNoWayPast(NewRealm newRealm) {
        TestRealm realm = realm(newRealm, BrowserFlow.passwordThen(form(TOTP, "REQUIRED")));
        for (String alias : new String[] {"CONFIGURE_TWO_FACTOR", "CONFIGURE_TOTP"}) {
            RequiredActionProviderRepresentation action = realm.admin().flows().getRequiredAction(alias);
            action.setEnabled(false);
            realm.admin().flows().updateRequiredAction(alias, action);
        }
        HttpBrowser browser = HttpBrowser.withPassword(realm, realm.newUser());
        assertThat(browser.status()).isEqualTo(400);
        browser.get(LoginPage.address(realm, Map.of()));
        assertThat(browser.loggedIn()).isFalse();
    }

    @Test
    void S39_requiredRecoveryCodesAreAskedForAndWhoHasNoneDoesNotPass() {
        Enrolled user = Enrolled.withTotp(requiredRecovery);
        HttpBrowser browser = HttpBrowser.withPassword(requiredRecovery, user.user());
        assertThat(browser.code(user.recoveryCode()).loggedIn()).isTrue();

        HttpBrowser another = HttpBrowser.withPassword(requiredRecovery, requiredRecovery.newUser());
        assertThat(another.status()).isEqualTo(400);
        another.get(LoginPage.address(requiredRecovery, Map.of()));
        assertThat(another.loggedIn()).isFalse();
    }

    @Test
    void S39_alternativesWithoutAConditionLetNobodyPastWhoHasNone() {
        Enrolled user = Enrolled.withTotp(alternatives);
        HttpBrowser browser = HttpBrowser.withPassword(alternatives, user.user());
        assertThat(browser.otherWays()).hasSize(1);
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();

        HttpBrowser another = HttpBrowser.withPassword(alternatives, alternatives.newUser());
        assertThat(another.status()).isEqualTo(400);
        another.get(LoginPage.address(alternatives, Map.of()));
        assertThat(another.loggedIn()).isFalse();
    }

    @Test
    void aCounterBasedCredentialKeepsTheDoorShut() {
        TestUser user = conditional.newUser();
        NativeOtp.addCounterBased(conditional, user);
        HttpBrowser browser = HttpBrowser.withPassword(conditional, user);
        assertThat(browser.loggedIn()).isFalse();
        assertThat(browser.code("123456").loggedIn()).isFalse();
        assertThat(browser.error())
                .hasValueSatisfying(error -> assertThat(error).contains("can’t be used"));
    }

    @Test
    void whateverIsSentToThePageThereIsNoCrashAndNoWayPast() {
        Enrolled user = Enrolled.withTotp(conditional);
        HttpBrowser browser = HttpBrowser.withPassword(conditional, user.user());
        // Nothing at all, another field, an empty one.
        for (Map<String, String> fields : List.<Map<String, String>>of(
                Map.of(), Map.of("otp", "123456"), Map.of("code", ""), Map.of("login", "x", "code", " "))) {
            browser.post(fields);
            assertThat(browser.status()).isEqualTo(200);
            assertThat(browser.error()).hasValue("Enter the code.");
        }
        // Looked at as guesses, and wrong.
        for (String code : new String[] {"9".repeat(HUGE), "\u0000\uD83D\uDE00x", "<script>alert(1)</script>"}) {
            browser.code(code);
            assertThat(browser.status()).isEqualTo(200);
            assertThat(browser.error()).hasValue(CodePage.WRONG);
            assertThat(browser.body()).doesNotContain("alert(1)");
        }
        // The form, opened as a link.
        browser.get(browser.action());
        assertThat(browser.asksFor("code")).isTrue();
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
    }

    @Test
    void theFormOfOneStepIsNoGoodForAnother() {
        Enrolled user = Enrolled.withTotp(conditional);
        HttpBrowser browser = HttpBrowser.withPassword(conditional, user.user());
        String app = browser.action();
        browser.tryOtherWay();
        assertThat(browser.post(app, Map.of("code", user.device().code())).loggedIn())
                .isFalse();
        assertThat(browser.status()).isLessThan(500);
    }

    @Test
    void aFormIsGoodOnce() {
        Enrolled user = Enrolled.withTotp(conditional);
        HttpBrowser browser = HttpBrowser.withPassword(conditional, user.user());
        String form = browser.action();
        browser.code(user.device().wrongCode());
        assertThat(browser.post(form, Map.of("code", user.device().code())).loggedIn())
                .isFalse();
        assertThat(browser.asksFor("code")).isTrue();
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
    }

    private static void addEmailOtp(TestRealm realm, TestUser user) {
        CredentialRepresentation email = new CredentialRepresentation();
        email.setType("email-otp");
        email.setCredentialData("{\"email\":\"" + user.email() + "\"}");
        email.setSecretData("{}");
        realm.update(user, it -> it.setCredentials(List.of(email)));
    }
}
