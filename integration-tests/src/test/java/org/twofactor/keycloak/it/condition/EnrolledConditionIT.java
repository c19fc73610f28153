package org.twofactor.keycloak.it.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * "Condition - second factor enrolled". The sub-flow under test refuses whoever comes into it, so that a log-in shows
 * for whom the condition holds.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnrolledConditionIT {
    private final TestRealm realm;
    private final ConditionOf condition;
    private final TestUser nothing;
    private final TestUser totp;
    private final TestUser mail;
    private final TestUser key;

    EnrolledConditionIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-two-factor-enrolled", "REQUIRED"),
                        form("deny-access-authenticator", "REQUIRED"))))
                .create();
        this.condition = new ConditionOf(realm, "conditional-two-factor-enrolled");
        this.nothing = realm.newUser();
        this.totp = Enrolled.withTotp(realm).user();
        this.mail = EmailEnrolled.in(realm, inbox).user();
        this.key = realm.newUser();
        CredentialRepresentation row = new CredentialRepresentation();
        row.setType("webauthn");
        row.setCredentialData("{\"credentialId\":\"a2V5\",\"counter\":0}");
        row.setSecretData("{}");
        realm.update(key, it -> it.setCredentials(List.of(row)));
    }

    @BeforeEach
    void withoutConfiguration() {
        condition.configureNothing();
    }

    @Test
    void withoutAConfigurationAnySecondFactorMeetsIt() {
        assertThat(meetIt()).containsExactly(totp, mail, key);
    }

    @Test
    void turnedRoundItIsMetByWhoHasNone() {
        condition.configure(Map.of("negate", "true"));
        assertThat(meetIt()).containsExactly(nothing);
    }

    @Test
    void oneOfTheFactorsThatAreListedMeetsIt() {
        condition.configure(Map.of("factors", "totp"));
        assertThat(meetIt()).containsExactly(totp);
        condition.configure(Map.of("factors", "email-otp, webauthn"));
        assertThat(meetIt()).containsExactly(mail, key);
        condition.configure(Map.of("factors", "recovery-code"));
        assertThat(meetIt()).containsExactly(totp, mail);
        condition.configure(Map.of("factors", "totp", "negate", "true"));
        assertThat(meetIt()).containsExactly(nothing, mail, key);
    }

    @Test
    void whatIsHeldAndCannotBeAskedForKeepsTheDoorShut() {
        TestUser counting = realm.newUser();
        NativeOtp.addCounterBased(realm, counting);
        condition.configure(Map.of("factors", "totp"));
        assertThat(HttpBrowser.withPassword(realm, counting).loggedIn()).isFalse();
    }

    @Test
    void theAttributeDecidesNothing(Backdoor backdoor) {
        backdoor.update("update USER_ATTRIBUTE set VALUE = 'totp' where NAME = 'twoFactorMethods' and USER_ID = '"
                + nothing.id() + "'");
        backdoor.update("update USER_ATTRIBUTE set VALUE = 'none' where NAME = 'twoFactorMethods' and USER_ID = '"
                + totp.id() + "'");
        assertThat(meetIt()).containsExactly(totp, mail, key);
    }

    @Test
    void aFactorThatThereIsNotIsRefusedWhenItIsSaved() {
        condition.configure(Map.of("factors", "totp"));
        assertThat(condition.save(Map.of("factors", "totp, sms")).orElseThrow())
                .startsWith("Second factors (factors): write one or more of ")
                .contains("email-otp", "totp", "webauthn")
                .endsWith(", not 'sms'");
        assertThat(condition.config()).isEqualTo(Map.of("factors", "totp"));
    }

    @Test
    void aConfigurationThatAnImportBringsIsNotBelieved(NewRealm one, NewRealm other) {
        Map.of(one, "true", other, "false").forEach((newRealm, negate) -> {
            TestRealm imported = newRealm.browserFlow(BrowserFlow.passwordThen(subflow(
                            "CONDITIONAL",
                            form(
                                    "conditional-two-factor-enrolled",
                                    "REQUIRED",
                                    Map.of("factors", "sms", "negate", negate)),
                            form("deny-access-authenticator", "REQUIRED"))))
                    .create();
            assertThat(HttpBrowser.withPassword(imported, imported.newUser()).loggedIn())
                    .as("negate %s", negate)
                    .isFalse();
        });
    }

    private List<TestUser> meetIt() {
        return List.of(nothing, totp, mail, key).stream()
                .filter(user -> !HttpBrowser.withPassword(realm, user).loggedIn())
                .toList();
    }
}
