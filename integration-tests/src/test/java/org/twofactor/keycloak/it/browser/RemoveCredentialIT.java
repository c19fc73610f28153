package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Factors are removed by the required action {@code delete_credential}, after a second factor, and by no other way. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoveCredentialIT {
    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;

    RemoveCredentialIT(Chromium chromium, NewRealm newRealm, Inbox inbox) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.anyOf(
                        "two-factor-totp-form", "two-factor-email-otp-form", "two-factor-recovery-code-form"))
                .create();
    }

    @Test
    void S49_S51_theLastFactorGoesAfterASecondFactorAndTakesTheCodesAlong(NewRealm another) {
        TestRealm passwordOnly = another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                .create();
        Enrolled user = Enrolled.withTotp(passwordOnly);
        Tab tab = LoginPage.open(chromium.person().tab(), passwordOnly, remove(passwordOnly, user.user(), "otp"))
                .logIn(user.user());
        ConfirmPage page = ConfirmPage.in(tab);
        assertThat(tab.has("#kc-accept")).isFalse();
        page.sendInVain(user.device().wrongCode());
        page.send(user.device().code());
        // A page of ours that is sent once more by hand removes nothing.
        tab.script(
                "const page = document.createElement('input'); page.name = 'page'; page.value = 'two-factor-confirm';"
                        + "document.forms[0].append(page)");
        tab.follow("#kc-accept");
        assertThat(Factors.of(passwordOnly, user.user())).containsExactly("otp", "recovery-code");

        AppPage.in(tab.follow("#kc-accept"));
        assertThat(Factors.of(passwordOnly, user.user())).isEmpty();
        assertThat(inbox.await(user.user().email(), 2))
                .extracting(mail -> mail.subject().replaceAll("^[^:]*: ", ""))
                .containsExactly("Authenticator app is on", "Authenticator app is off");
        assertThat(passwordOnly.events("REMOVE_CREDENTIAL"))
                .filteredOn(event -> user.user().id().equals(event.getUserId()))
                .hasSize(1);
    }

    @Test
    void oneFactorOfTwoLeavesTheCodes() {
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(EmailEnrolled.setUp(realm, user.sudoToken(), user.user().email())
                        .status())
                .isEqualTo(200);
        assertThat(EmailEnrolled.enable(
                                realm,
                                user.accessToken(),
                                EmailEnrolled.code(inbox, user.user().email()))
                        .status())
                .isEqualTo(200);
        Tab tab = LoginPage.open(chromium.person().tab(), realm, remove(realm, user.user(), "email-otp"))
                .logIn(user.user());
        tab = CodePage.in(tab).send(user.device().code());
        // The form of the log-in has asked.
        AppPage.in(tab.follow("#kc-accept"));
        assertThat(Factors.of(realm, user.user())).containsExactly("otp", "recovery-code");
    }

    @Test
    void S38_anAccessTokenAloneRemovesNoFactorThroughTheAccountApi() {
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(EmailEnrolled.setUp(realm, user.sudoToken(), user.user().email())
                        .status())
                .isEqualTo(200);
        EmailEnrolled.enable(
                realm, user.accessToken(), EmailEnrolled.code(inbox, user.user().email()));
        List<String> all = Factors.of(realm, user.user());
        assertThat(all).containsExactly("email-otp", "otp", "recovery-code");
        for (String type : all) {
            Answer answer = realm.api()
                    .delete("/account/credentials/"
                            + Factors.one(realm, user.user(), type).getId())
                    .bearer(user.accessToken())
                    .header("Accept", "application/json")
                    .send();
            assertThat(answer.status()).as(type).isEqualTo(400);
        }
        assertThat(Factors.of(realm, user.user())).isEqualTo(all);
    }

    private static Map<String, String> remove(TestRealm realm, TestUser user, String type) {
        return Map.of(
                "kc_action",
                "delete_credential:" + Factors.one(realm, user, type).getId());
    }
}
