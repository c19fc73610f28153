package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.passwordThen;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.openqa.selenium.Cookie;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** "Do not ask again on this device", where a flow offers it. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrustedDeviceIT {
    private static final String BOX = "#trustDevice";
    private static final String TYPE = "two-factor-trusted-device";

    private final Chromium chromium;
    private final Inbox inbox;
    private final NewRealm newRealm;
    private final TestRealm realm;

    TrustedDeviceIT(Chromium chromium, Inbox inbox, NewRealm newRealm, NewRealm another) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.newRealm = another;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setSsoSessionMaxLifespan(60 * 60 * 24 * 60))
                .browserFlow(flow(Map.of("days", "30")))
                .create();
    }

    private static BrowserFlow flow(Map<String, String> config) {
        return passwordThen(subflow(
                "CONDITIONAL",
                form("conditional-user-configured", "REQUIRED"),
                form("conditional-two-factor-device", "REQUIRED", config),
                form("two-factor-totp-form", "ALTERNATIVE"),
                form("two-factor-recovery-code-form", "ALTERNATIVE")));
    }

    @Test
    void aTrustedDeviceIsNotAskedAgainAndEveryOtherIs() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        trust(person, user);
        assertThat(inbox.next(user.user().email(), mail -> mail.subject().contains("trusted"))
                        .text())
                .contains("is not asked for a second factor");
        logOut(user);
        AppPage.in(LoginPage.open(person.tab(), realm).logIn(user.user()));
        assertThat(CodePage.after(chromium.person().tab(), realm, user.user()).heading())
                .isEqualTo(CodePage.AUTHENTICATOR_APP);
    }

    @Test
    void whoDoesNotTickTheBoxIsAskedAgain() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        CodePage page = CodePage.after(person.tab(), realm, user.user());
        page.tab().screenshot("totp-trust").assertAccessible();
        AppPage.in(page.send(user.device().code()));
        assertThat(trusted(user)).isEmpty();
        logOut(user);
        CodePage.after(person.tab(), realm, user.user());
    }

    @Test
    void trustEndsWithItsDaysAndBeforeIfTheUserOrAnAdminRemovesIt(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        trust(person, user);
        logOut(user);
        clock.advance(Duration.ofDays(31));
        CodePage.after(person.tab(), realm, user.user());

        clock.close();
        realm.user(user.user()).removeCredential(trusted(user).get(0).getId());
        CodePage.after(person.tab(), realm, user.user());
    }

    @Test
    void trustEndsWithAnotherPasswordAndWithAnotherFactor() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        trust(person, user);
        logOut(user);
        CredentialRepresentation password = new CredentialRepresentation();
        password.setType(CredentialRepresentation.PASSWORD);
        password.setValue("Another-password-1");
        password.setTemporary(false);
        realm.user(user.user()).resetPassword(password);
        TestUser same = new TestUser(
                user.user().id(), user.user().username(), user.user().email(), "Another-password-1");
        CodePage.after(person.tab(), realm, same);

        Enrolled other = Enrolled.withTotp(realm);
        Person otherPerson = chromium.person();
        trust(otherPerson, other);
        logOut(other);
        Answer tokens = other.logIn();
        Device phone = Device.scanning(realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(tokens.field("sudoToken"))
                .json("{}")
                .send()
                .field("url"));
        assertThat(realm.api()
                        .post("/user/2fa/totp/enable")
                        .bearer(tokens.field("accessToken"))
                        .json(Map.of("totp", phone.code()))
                        .send()
                        .status())
                .isEqualTo(200);
        CodePage.after(otherPerson.tab(), realm, other.user());
    }

    @Test
    void trustEndsWithASecurityKeyThatComes() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        trust(person, user);
        logOut(user);
        CredentialRepresentation key = new CredentialRepresentation();
        key.setType("webauthn");
        key.setCredentialData("{\"credentialId\":\"a2V5\",\"counter\":0}");
        key.setSecretData("{}");
        realm.update(user.user(), it -> it.setCredentials(List.of(key)));
        CodePage.after(person.tab(), realm, user.user());
    }

    @Test
    void theCookieIsOutOfReachAndGoodForNobodyElse() {
        Enrolled user = Enrolled.withTotp(realm);
        Person person = chromium.person();
        Tab tab = trust(person, user);
        Cookie cookie = tab.cookiesAt(realm.api().base() + "/account").stream()
                .filter(it -> it.getName().startsWith("TWO_FACTOR_DEVICE_"))
                .findFirst()
                .orElseThrow();
        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.getSameSite()).isEqualTo("Lax");
        assertThat(cookie.getPath()).isEqualTo("/realms/" + realm.name() + "/");

        Enrolled victim = Enrolled.withTotp(realm);
        Person thief = chromium.person();
        Tab at = LoginPage.open(thief.tab(), realm).tab();
        String nameForVictim = "TWO_FACTOR_DEVICE_" + digest(victim.user().id());
        at.addCookie(new Cookie.Builder(nameForVictim, cookie.getValue())
                .path(cookie.getPath())
                .build());
        assertThat(CodePage.after(at, realm, victim.user()).heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);

        Person forger = chromium.person();
        Tab forged = LoginPage.open(forger.tab(), realm).tab();
        String value = cookie.getValue();
        forged.addCookie(new Cookie.Builder(
                        cookie.getName(), value.substring(0, value.length() - 2) + (value.endsWith("A") ? "BB" : "AA"))
                .path(cookie.getPath())
                .build());
        assertThat(CodePage.after(forged, realm, user.user()).heading()).isEqualTo(CodePage.AUTHENTICATOR_APP);
    }

    @Test
    void itIsOffUnlessAFlowSaysOtherwise() {
        TestRealm plain = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(flow(Map.of("days", "a week")))
                .create();
        Enrolled user = Enrolled.withTotp(plain);
        CodePage page = CodePage.after(chromium.person().tab(), plain, user.user());
        assertThat(page.tab().has(BOX)).isFalse();
        page.tab()
                .script("const box = document.createElement('input'); box.name = 'trustDevice'; box.value = 'on';"
                        + "document.querySelector('#two-factor-code-form').append(box);");
        AppPage.in(page.send(user.device().code()));
        assertThat(plain.user(user.user()).credentials())
                .noneMatch(credential -> credential.getType().equals(TYPE));
    }

    private Tab trust(Person person, Enrolled user) {
        Tab tab = person.tab();
        CodePage page = CodePage.after(tab, realm, user.user());
        tab.element(BOX).click();
        AppPage.in(page.send(user.device().code()));
        return tab;
    }

    private void logOut(Enrolled user) {
        realm.user(user.user()).logout();
    }

    private List<CredentialRepresentation> trusted(Enrolled user) {
        return realm.user(user.user()).credentials().stream()
                .filter(credential -> credential.getType().equals(TYPE))
                .toList();
    }

    private static String digest(String text) {
        try {
            byte[] hash = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return java.util.HexFormat.of().formatHex(hash).substring(0, 16);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
