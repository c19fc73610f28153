package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** The browser of the tests, tried on pages that are Keycloak's own. */
@KeycloakTest
class ChromiumIT {
    private final Chromium chromium;
    private final TestRealm realm;

    ChromiumIT(Chromium chromium, TestRealm realm) {
        this.chromium = chromium;
        this.realm = realm;
    }

    @Test
    void aUserLogsInAndTheAppGetsTokens() {
        TestUser user = realm.newUser();
        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        assertThat(AppPage.in(tab).tokens(realm).field("access_token")).isNotEmpty();
        assertThat(tab.text()).isEqualTo("Back in the app");
    }

    @Test
    void aSecondTabHasTheSameCookiesAndASecondPersonHasNot() {
        Person one = chromium.person();
        Person another = chromium.person();
        LoginPage.open(one.tab(), realm).logIn(realm.newUser());
        assertThat(AppPage.isIn(one.tab().go(LoginPage.address(realm, Map.of()))))
                .isTrue();
        Tab elsewhere = another.tab();
        LoginPage.open(elsewhere, realm);
        assertThat(AppPage.isIn(elsewhere)).isFalse();
        assertThat(elsewhere.has("#username")).isTrue();
    }

    @Test
    void everySettingOfABrowserShowsOnThePage() {
        Tab usual = chromium.person().tab();
        LoginPage.open(usual, realm);
        assertThat(usual.script("return document.documentElement.lang")).isEqualTo("en");
        assertThat(usual.script("return document.documentElement.className")).isEqualTo("login-pf");
        assertThat(usual.script("return innerWidth")).isEqualTo(1280L);
        usual.screenshot("keycloak-login").assertAccessible();

        Tab different = chromium.person(Look.USUAL.in("fr").darkened().on(Look.Screen.PHONE))
                .tab();
        LoginPage.open(different, realm);
        assertThat(different.script("return document.documentElement.lang")).isEqualTo("fr");
        assertThat(different.script("return document.documentElement.className"))
                .isEqualTo("login-pf pf-v5-theme-dark");
        assertThat(different.script("return innerWidth")).isEqualTo(390L);
        different.screenshot("keycloak-login-fr-dark-phone");

        Tab zoomed = chromium.person(Look.USUAL.on(Look.Screen.ZOOMED_TO_400_PERCENT))
                .tab();
        LoginPage.open(zoomed, realm);
        assertThat(zoomed.script("return innerWidth")).isEqualTo(320L);
        assertThat(zoomed.script("return devicePixelRatio")).isEqualTo(4L);
    }

    @Test
    void withoutScriptsNoneOfThePageRunsAndAxeStillDoes() {
        Tab tab = chromium.person(Look.USUAL.darkened().withoutScripts()).tab();
        LoginPage page = LoginPage.open(tab, realm);
        // The class that a script of Keycloak's sets.
        assertThat(tab.script("return document.documentElement.className")).isEqualTo("login-pf");
        tab.assertAccessible();
        assertThat(AppPage.isIn(page.logIn(realm.newUser()))).isTrue();
    }
}
