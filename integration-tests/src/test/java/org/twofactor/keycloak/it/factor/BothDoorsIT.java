package org.twofactor.keycloak.it.factor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** What is enrolled at one door is known at the other, and what is used at one is used at the other. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BothDoorsIT {
    private final TestRealm realm;

    BothDoorsIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @Test
    void S08_aTotpEnrolledOverRestLogsInThroughKeycloaksFormAndItsCodeIsSpentAtRest() {
        Enrolled user = Enrolled.withTotp(realm);
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        assertThat(browser.asksFor("otp")).isTrue();
        String code = user.device().code();
        assertThat(browser.post(Map.of("otp", code)).loggedIn()).isTrue();
        assertThat(user.totp(user.accessToken(), code).message()).isEqualTo("TOTP_INVALID");
    }

    @Test
    void S08_aCodeUsedAtRestIsRefusedByKeycloaksForm() {
        Enrolled user = Enrolled.withTotp(realm);
        String code = user.device().code();
        assertThat(user.totp(user.accessToken(), code).status()).isEqualTo(200);
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        assertThat(browser.post(Map.of("otp", code)).loggedIn()).isFalse();
        assertThat(browser.asksFor("otp")).isTrue();
        assertThat(browser.post(Map.of("otp", user.device().code())).loggedIn()).isTrue();
    }

    @Test
    void S08_aTotpThatKeycloakEnrolledLogsInOverRest() {
        TestUser user = realm.newUser();
        Device device = NativeOtp.add(realm, user);
        Answer mfa = realm.directGrant(user);
        assertThat(mfa.field("error")).isEqualTo("mfa_required");
        assertThat(mfa.json().get("methods")).hasToString("[\"totp\"]");
        Answer tokens = realm.api()
                .post("/user/2fa/totp/authenticate")
                .bearer(mfa.field("partial_auth_token"))
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
    }

    @Test
    void S08_oneCodeAtBothDoorsAtTheSameMomentIsOneSuccess() {
        for (int round = 0; round < 10; round++) {
            Enrolled user = Enrolled.withTotp(realm);
            List<HttpBrowser> browsers = Stream.generate(() -> HttpBrowser.withPassword(realm, user.user()))
                    .limit(3)
                    .toList();
            String code = user.device().code();
            List<Boolean> opened = Parallel.run(
                    6,
                    number -> () -> number < 3
                            ? browsers.get(number).post(Map.of("otp", code)).loggedIn()
                            : user.totp(user.accessToken(), code).status() == 200);
            assertThat(opened.stream().filter(open -> open)).hasSize(1);
        }
    }
}
