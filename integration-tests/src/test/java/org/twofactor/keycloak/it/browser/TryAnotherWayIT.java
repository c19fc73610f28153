package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * Which pages a user gets, for every set of factors and in either order of the flow: what can be used is offered, what
 * can't is not, and a user with 2FA on never gets past all of them.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TryAnotherWayIT {
    private static final String APP = CodePage.AUTHENTICATOR_APP;
    private static final String RECOVERY = CodePage.RECOVERY_CODE;

    private final TestRealm appFirst;
    private final TestRealm recoveryFirst;
    private final TestRealm withoutTotp;

    TryAnotherWayIT(NewRealm one, NewRealm two, NewRealm three) {
        appFirst = realm(one, "two-factor-totp-form", "two-factor-recovery-code-form");
        recoveryFirst = realm(two, "two-factor-recovery-code-form", "two-factor-totp-form");
        withoutTotp = realm(three, "two-factor-recovery-code-form", "two-factor-totp-form");
    }

    private static TestRealm realm(NewRealm realm, String... forms) {
        return realm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.anyOf(forms))
                .create();
    }

    private TestRealm realm(boolean app) {
        return app ? appFirst : recoveryFirst;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothAreOfferedTheAppFirstAndEachOpens(boolean order) {
        Enrolled user = Enrolled.withTotp(realm(order));
        HttpBrowser browser = HttpBrowser.withPassword(realm(order), user.user());
        assertThat(browser.heading()).isEqualTo(APP);
        browser.tryOtherWay();
        assertThat(browser.heading()).isEqualTo(RECOVERY);
        browser.tryOtherWay();
        assertThat(browser.heading()).isEqualTo(APP);
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();

        HttpBrowser another =
                HttpBrowser.withPassword(realm(order), user.user()).tryOtherWay();
        assertThat(another.code(user.recoveryCode()).loggedIn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTotpThatWasSetUpAnewIsStillAskedForFirst(boolean order) {
        Enrolled user = Enrolled.withTotp(realm(order));
        Answer setUp = realm(order)
                .api()
                .post("/user/2fa/totp/setup")
                .bearer(user.sudoToken())
                .json("{}")
                .send();
        Device device = Device.scanning(setUp.field("url"));
        assertThat(realm(order)
                        .api()
                        .post("/user/2fa/totp/enable")
                        .bearer(user.accessToken())
                        .json(Map.of("totp", device.code()))
                        .send()
                        .status())
                .isEqualTo(200);
        HttpBrowser browser = HttpBrowser.withPassword(realm(order), user.user());
        assertThat(browser.heading()).isEqualTo(APP);
        assertThat(browser.code(user.device().code()).loggedIn())
                .as("the old phone")
                .isFalse();
        assertThat(browser.code(device.code()).loggedIn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theAppAloneIsNotToBeTriedAnotherWay(boolean order) {
        Enrolled user = Enrolled.withTotp(realm(order));
        removeCredential(realm(order), user.user(), "recovery-code");
        HttpBrowser browser = HttpBrowser.withPassword(realm(order), user.user());
        assertThat(browser.heading()).isEqualTo(APP);
        assertThat(browser.otherWays()).isEmpty();
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void recoveryCodesThatAreUsedUpAreNotOffered(boolean order) {
        Enrolled user = Enrolled.withTotp(realm(order));
        useUp(user);
        HttpBrowser browser = HttpBrowser.withPassword(realm(order), user.user());
        assertThat(browser.heading()).isEqualTo(APP);
        assertThat(browser.otherWays()).isEmpty();
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void recoveryCodesWithoutAFactorAreNotAskedForAsOverRest(boolean order) {
        Enrolled user = Enrolled.withTotp(realm(order));
        removeCredential(realm(order), user.user(), "otp");
        assertThat(user.methods().json().get("enabled").booleanValue()).isFalse();
        assertThat(HttpBrowser.withPassword(realm(order), user.user()).loggedIn())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoHasNoSecondFactorIsNotAsked(boolean order) {
        TestUser user = realm(order).newUser();
        assertThat(HttpBrowser.withPassword(realm(order), user).loggedIn()).isTrue();
    }

    @Test
    void aFactorThatTheSettingsLeaveOutIsNotOfferedAndKeepsTheDoorShutWhereNothingElseIsLeft() {
        Enrolled user = Enrolled.withTotp(withoutTotp);
        Enrolled exhausted = Enrolled.withTotp(withoutTotp);
        useUp(exhausted);
        withoutTotp.settings(Map.of("methods", "email-otp"));

        HttpBrowser browser = HttpBrowser.withPassword(withoutTotp, user.user());
        assertThat(browser.heading()).isEqualTo(RECOVERY);
        assertThat(browser.otherWays()).isEmpty();
        assertThat(browser.code(user.recoveryCode()).loggedIn()).isTrue();

        HttpBrowser shut = HttpBrowser.withPassword(withoutTotp, exhausted.user());
        assertThat(shut.loggedIn()).isFalse();
        assertThat(shut.code(exhausted.device().code()).loggedIn()).isFalse();
        assertThat(shut.error()).hasValueSatisfying(error -> assertThat(error).contains("can’t be used"));
    }

    @Test
    void aCredentialThatIsRemovedWhileThePageIsOpenDoesNotOpen() {
        Enrolled user = Enrolled.withTotp(appFirst);
        HttpBrowser browser = HttpBrowser.withPassword(appFirst, user.user());
        removeCredential(appFirst, user.user(), "otp");
        assertThat(browser.code(user.device().code()).loggedIn()).isFalse();
        assertThat(browser.error())
                .hasValueSatisfying(error -> assertThat(error).contains("can’t be used"));
    }

    private static void removeCredential(TestRealm realm, TestUser user, String type) {
        realm.user(user).credentials().stream()
                .filter(credential -> credential.getType().equals(type))
                .forEach(credential -> realm.user(user).removeCredential(credential.getId()));
    }

    private static void useUp(Enrolled user) {
        user.recoveryCodes()
                .forEach(code -> assertThat(
                                user.recoveryCode(user.accessToken(), code).status())
                        .isEqualTo(200));
    }
}
