package org.twofactor.keycloak.it.browser;

import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** The page that asks for a code of an authenticator app, in a flow as an administrator would make it. */
@KeycloakTest
class TotpFormIT {
    private final Chromium chromium;
    private final TestRealm realm;

    TotpFormIT(Chromium chromium, NewRealm newRealm) {
        this.chromium = chromium;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.anyOf("two-factor-totp-form", "two-factor-recovery-code-form"))
                .create();
    }

    @Test
    void aRightCodeOpens() {
        Enrolled user = Enrolled.withTotp(realm);
        CodePage page = CodePage.after(chromium.person().tab(), realm, user.user());
        page.tab().screenshot("totp");
        page.tab().assertAccessible();
        page.sendInVain(user.device().wrongCode());
        page.tab().screenshot("totp-wrong").assertAccessible();
        ChoicePage c = page.tryAnotherWay();
        c.tab().screenshot("choice");
        c.choose("Recovery codes");
        c.tab().screenshot("recovery").assertAccessible();
        Tab r = CodePage.in(c.tab()).send(user.recoveryCode());
        AppPage.in(r);
    }
}
