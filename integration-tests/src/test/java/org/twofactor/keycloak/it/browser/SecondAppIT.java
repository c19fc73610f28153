package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.browser.Look.Screen;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * A phone and a spare one, and a page that is on the phone itself.
 *
 * @see <a href="https://github.com/goauthentik/authentik/issues/4008">authentik#4008: two apps</a>
 * @see <a href="https://github.com/mozilla/fxa/issues/7484">mozilla/fxa#7484: nobody can scan their own screen</a>
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondAppIT {
    private final Chromium chromium;
    private final TestRealm realm;

    SecondAppIT(Chromium chromium, NewRealm newRealm) {
        this.chromium = chromium;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                .with(it -> it.setDisplayName("The Shop"))
                .create();
    }

    @Test
    void S49_S08_aSecondAppBesideTheFirstIsNamedGoodForLogInAndRemovable() {
        Enrolled user = Enrolled.withTotp(realm);
        EnrolTotpPage page = open(chromium.person().tab(), user);
        assertThat(page.tab().readAll("#two-factor-others li")).containsExactly("Authenticator app");
        page.tab().screenshot("enrol-totp-second").assertAccessible();
        Device spare = page.device();
        AppPage.in(page.send(spare.code()));

        List<CredentialRepresentation> apps = apps(user);
        assertThat(apps)
                .extracting(CredentialRepresentation::getUserLabel)
                .containsExactlyInAnyOrder(null, "Authenticator app");
        for (Device device : List.of(user.device(), spare)) {
            String code = device.code();
            assertThat(Factors.totp(realm, user.user(), code)).isEqualTo(200);
            assertThat(Factors.totp(realm, user.user(), code)).as("once").isEqualTo(401);
        }

        String first = apps.stream()
                .filter(app -> app.getUserLabel() == null)
                .findFirst()
                .orElseThrow()
                .getId();
        Tab tab = LoginPage.open(chromium.person().tab(), realm, Map.of("kc_action", "delete_credential:" + first))
                .logIn(user.user());
        ConfirmPage.in(tab).send(spare.code());
        AppPage.in(tab.follow("#kc-accept"));
        assertThat(Factors.of(realm, user.user())).containsExactly("otp", "recovery-code");
        assertThat(Factors.totp(realm, user.user(), user.device().code())).isEqualTo(401);
        assertThat(Factors.totp(realm, user.user(), spare.code())).isEqualTo(200);
    }

    @Test
    void S16_twoAppsAreNoMoreGuesses() {
        Enrolled user = Enrolled.withTotp(realm);
        EnrolTotpPage page = open(chromium.person().tab(), user);
        Device spare = page.device();
        AppPage.in(page.send(spare.code(), "Spare"));
        for (int guess = 0; guess < 5; guess++) {
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
        }
        assertThat(user.totp(user.accessToken(), spare.code()).message()).isEqualTo("TOO_MANY_TOTP_CHECKS");
    }

    @Test
    void S49_afterFiveAppsAnotherReplacesThemAndANameThatIsTakenGetsANumber() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab tab = chromium.person().tab();
        Device last = user.device();
        for (int app = 2; app <= 5; app++) {
            EnrolTotpPage page = app == 2 ? open(tab, user) : openOnceMore(tab);
            last = page.device();
            AppPage.in(page.send(last.code(), "Phone"));
        }
        assertThat(apps(user))
                .extracting(CredentialRepresentation::getUserLabel)
                .containsExactlyInAnyOrder(null, "Phone", "Phone 2", "Phone 3", "Phone 4");
        EnrolTotpPage page = openOnceMore(tab);
        assertThat(tab.has("#others-keep")).isFalse();
        assertThat(tab.element("#others-replace").isSelected()).isTrue();
        Device only = page.device();
        AppPage.in(page.send(only.code()));
        assertThat(apps(user)).hasSize(1);
        assertThat(Factors.totp(realm, user.user(), last.code())).isEqualTo(401);
        assertThat(Factors.totp(realm, user.user(), only.code())).isEqualTo(200);
    }

    @Test
    void S59_onThePhoneItselfALinkOpensTheAppAndTheKeyCanBeCopied() {
        Enrolled user = Enrolled.withTotp(realm);
        Tab phone = chromium.person(Look.USUAL.on(Screen.PHONE)).tab();
        EnrolTotpPage page = open(phone, user);
        phone.screenshot("enrol-totp-second-phone").assertAccessible();
        assertThat(phone.element("#two-factor-open").isDisplayed()).isTrue();
        assertThat(phone.element("#two-factor-open").getDomAttribute("href"))
                .startsWith("otpauth://totp/The%20Shop:user-")
                .contains("secret=" + page.key(), "issuer=The%20Shop");
        assertThat(phone.element("#two-factor-copy").isDisplayed()).isTrue();
        assertThat(phone.element("#two-factor-copy").getDomAttribute("data-text"))
                .isEqualTo(page.key());

        Tab desktop = chromium.person().tab();
        open(desktop, user);
        assertThat(desktop.element("#two-factor-open").isDisplayed()).isFalse();

        Tab plain =
                chromium.person(Look.USUAL.on(Screen.PHONE).withoutScripts()).tab();
        open(plain, user);
        assertThat(plain.element("#two-factor-open").isDisplayed()).isTrue();
        assertThat(plain.element("#two-factor-copy").isDisplayed()).isFalse();
    }

    private List<CredentialRepresentation> apps(Enrolled user) {
        return realm.user(user.user()).credentials().stream()
                .filter(credential -> credential.getType().equals("otp"))
                .toList();
    }

    private EnrolTotpPage openOnceMore(Tab tab) {
        LoginPage.open(tab, realm, EnrolTotpIT.ACTION);
        return EnrolTotpPage.in(tab);
    }

    private EnrolTotpPage open(Tab tab, Enrolled user) {
        LoginPage.open(tab, realm, EnrolTotpIT.ACTION).logIn(user.user());
        return EnrolTotpPage.in(ConfirmPage.in(tab).send(user.device().code()));
    }
}
