package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.passwordThen;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.browser.Look.Screen;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** What a user of the demo's flow sees, from the first set-up to the last recovery code, in pictures for the docs. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagePicturesIT {
    private static final String CARD = ".pf-v5-c-login__main";

    private final Chromium chromium;
    private final Inbox inbox;
    private final TestRealm realm;

    PagePicturesIT(Chromium chromium, Inbox inbox, NewRealm newRealm) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-user-configured", "REQUIRED"),
                        form("conditional-two-factor-device", "REQUIRED", Map.of("days", "30")),
                        form("two-factor-totp-form", "ALTERNATIVE"),
                        form("two-factor-email-otp-form", "ALTERNATIVE"),
                        form("two-factor-recovery-code-form", "ALTERNATIVE"))))
                .create();
    }

    @Test
    void S49_aNewUserChoosesAFactorSetsItUpAndSavesTheRecoveryCodes() {
        TestUser user = named("bob", List.of("CONFIGURE_TWO_FACTOR"));
        Tab tab = LoginPage.open(person().tab(), realm).logIn(user);
        ConfigurePage choice = ConfigurePage.in(tab);
        tab.pictureOf(CARD, "enrol-choice");
        EnrolTotpPage totp = choice.chooseTotp();
        tab.on(Screen.TALL_PICTURE).pictureOf(CARD, "enrol-totp");
        RecoveryCodesPage codes = totp.sendRight(totp.device().code());
        assertThat(codes.codes()).hasSize(10);
        tab.pictureOf(CARD, "enrol-recovery-codes");
        AppPage.in(codes.finish());
    }

    @Test
    void S45_aUserProvesAMailbox() {
        TestUser user = named("carol", List.of("two-factor-enrol-email-otp"));
        Tab tab = LoginPage.open(person().tab(), realm).logIn(user);
        EnrolEmailPage address = EnrolEmailPage.in(tab);
        tab.screenshot("enrol-email");
        EnrolEmailCodePage code = EnrolEmailCodePage.in(address.send());
        tab.pictureOf(CARD, "enrol-email-code");
        AppPage.in(code.sendRight(EmailEnrolled.code(inbox, user.email())).finish());
    }

    @Test
    void S46_whoHasAllThreeFactorsLogsInWithAnyOfThemAndSeesTheAccountConsole() {
        Enrolled alice = Enrolled.withTotp(realm, named("alice", List.of()));
        addEmail(alice);
        for (int code = 0; code < 6; code++) {
            assertThat(alice.recoveryCode(alice.accessToken(), alice.recoveryCode())
                            .status())
                    .isEqualTo(200);
        }
        Person person = person();
        Tab tab = person.tab();
        CodePage totp = CodePage.after(tab, realm, alice.user());
        tab.pictureOf(CARD, "login-totp");
        ChoicePage ways = totp.tryAnotherWay();
        assertThat(ways.ways()).hasSize(3);
        tab.pictureOf(CARD, "login-another-way");
        CodePage email = CodePage.in(ways.choose("Email code"));
        tab.pictureOf(CARD, "login-email");
        CodePage recovery = CodePage.in(email.tryAnotherWay().choose(ChoicePage.RECOVERY_CODES));
        tab.pictureOf(CARD, "login-recovery-code");
        recovery.send(alice.recoveryCode());
        tab.pictureOf(CARD, "login-few-codes-left");
        AppPage.in(tab.follow("#kc-login"));

        tab.go(realm.api().base() + "/account/account-security/signing-in");
        tab.await("the account console", () -> tab.text().contains("Recovery codes"));
        tab.on(Screen.TALL_PICTURE).pictureOf("main", "account-console");
    }

    private Person person() {
        return chromium.person(Look.USUAL.on(Screen.PICTURE));
    }

    private TestUser named(String name, List<String> actions) {
        return realm.newUser(user -> {
            user.setUsername(name);
            user.setEmail(name + "@example.org");
            user.setRequiredActions(actions);
        });
    }

    private void addEmail(Enrolled user) {
        String address = user.user().email();
        EmailEnrolled.assertNothingToSay(EmailEnrolled.setUp(realm, user.sudoToken(), address));
        assertThat(EmailEnrolled.enable(realm, user.accessToken(), EmailEnrolled.code(inbox, address))
                        .status())
                .isEqualTo(200);
    }
}
