package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;

/** An authenticator app set up on a page: where the account console leads, {@code kc_action=CONFIGURE_TOTP}. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnrolTotpIT {
    static final Map<String, String> ACTION = Map.of("kc_action", "CONFIGURE_TOTP");

    private final Chromium chromium;
    private final TestRealm realm;
    private final Inbox inbox;
    private final ServerClock clock;

    EnrolTotpIT(Chromium chromium, NewRealm newRealm, Inbox inbox, ServerClock clock) {
        this.chromium = chromium;
        this.inbox = inbox;
        this.clock = clock;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                // A page that is open for long, to meet what ends before it.
                .with(change -> change.setAccessCodeLifespanUserAction(3600))
                .create();
    }

    @Test
    void S02_S49_S51_aRightCodeEnrolsTheDeviceAndBringsRecoveryCodes() {
        TestUser user = realm.newUser();
        EnrolTotpPage page = open(user);
        Device device = page.device();
        assertThat(device.app().secretBits()).isGreaterThanOrEqualTo(160);
        assertThat(page.tab().html()).contains("data:image/png;base64,");
        assertThat(page.tab().readAll("#two-factor-details li"))
                .containsExactly("Type: time-based", "Algorithm: SHA1", "Digits: 6", "Interval: 30 s");
        assertThat(page.tab().readAll("#two-factor-apps li")).contains("FreeOTP");

        // As people type it off a phone.
        String code = device.code();
        Tab tab = page.send(code.substring(0, 3) + " " + code.substring(3), "My phone");
        List<String> codes = RecoveryCodesPage.in(tab).codes();
        AppPage.in(RecoveryCodesPage.in(tab).finish());

        assertThat(Factors.of(realm, user)).containsExactly("otp", "recovery-code");
        assertThat(Factors.one(realm, user, "otp").getUserLabel()).isEqualTo("My phone");
        assertThat(Factors.totp(realm, user, code)).as("the code that enrolled").isEqualTo(401);
        assertThat(Factors.totp(realm, user, device.code())).isEqualTo(200);
        assertThat(Factors.recoveryCode(realm, user, codes.get(3))).isEqualTo(200);
        assertThat(inbox.next(user.email()).subject()).endsWith("Authenticator app is on");
        assertThat(realm.events("UPDATE_CREDENTIAL"))
                .filteredOn(event -> user.id().equals(event.getUserId()))
                .filteredOn(event -> "otp".equals(event.getDetails().get("credential_type")))
                .singleElement()
                .satisfies(event -> assertThat(event.getDetails())
                        .containsEntry("credential_type", "otp")
                        .containsEntry("two_factor_operation", "totp-enable"));
    }

    /** Report 4 of the field: apps showed a plus sign for each blank. */
    @Test
    void S49_thePhoneScansWhatTheLinkSaysAndABlankOfANameIsABlank(NewRealm newRealm) {
        TestRealm named = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setDisplayName("Two words"))
                .browserFlow(BrowserFlow.passwordThen())
                .create();
        Tab tab = LoginPage.open(chromium.person().tab(), named, ACTION).logIn(named.newUser());
        EnrolTotpPage page = EnrolTotpPage.in(tab);
        String uri = page.scanned();
        assertThat(uri).startsWith("otpauth://totp/").contains("Two%20words").doesNotContain("+");
        assertThat(page.tab().element("#two-factor-open").getDomAttribute("href"))
                .isEqualTo(uri);
        page.sendRight(Device.scanning(uri).code());
    }

    @Test
    void S49_aWrongCodeOrNoneEnrolsNothing() {
        TestUser user = realm.newUser();
        EnrolTotpPage page = open(user);
        Device device = page.device();
        String key = page.key();
        assertThat(page.sendInVain("").error()).contains("Enter the code.");
        assertThat(page.sendInVain(device.wrongCode()).error())
                .contains("This code is not right. Check it and try again.");
        assertThat(page.tab().script("return document.activeElement.id")).isEqualTo("code");
        assertThat(page.key()).isEqualTo(key);
        assertThat(Factors.of(realm, user)).isEmpty();
        assertThat(realm.events("UPDATE_CREDENTIAL_ERROR"))
                .filteredOn(event -> user.id().equals(event.getUserId()))
                .singleElement()
                .satisfies(event -> assertThat(event.getDetails()).containsEntry("reason", "TOTP_INVALID"));
        page.sendRight(device.code());
    }

    @Test
    void S17_wrongCodesOfThePageCountAtRestToo() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        EnrolTotpPage page = open(user);
        Device device = page.device();
        for (int guess = 0; guess < 5; guess++) {
            page.sendInVain(device.wrongCode());
        }
        assertThat(page.sendInVain(device.code()).error())
                .hasValueSatisfying(error -> assertThat(error)
                        .startsWith("Too many wrong codes. Try again in ")
                        .endsWith(" s."));
        Answer next = realm.api().get("/user/2fa/totp/next-guess").bearer(token).send();
        assertThat(next.json().required("duration").asInt()).isBetween(1, 30);
        assertThat(Factors.of(realm, user)).isEmpty();
        clock.advance(Duration.ofSeconds(31));
        page.sendRight(device.code());
    }

    @Test
    void S49_refreshAndBackShowTheSameKey() {
        TestUser user = realm.newUser();
        EnrolTotpPage page = open(user);
        String key = page.key();
        page.tab().refresh();
        assertThat(page.key()).isEqualTo(key);
        page.sendInVain(page.device().wrongCode());
        page.tab().refresh();
        assertThat(page.key()).isEqualTo(key);
        page.tab().back();
        assertThat(EnrolTotpPage.in(page.tab()).key()).isEqualTo(key);
        page.sendRight(page.device().code());
    }

    @Test
    void S14_aSecondTabBeginsAnotherSetUpAndTheFirstOneConfirmsNothing() {
        TestUser user = realm.newUser();
        Person person = chromium.person();
        EnrolTotpPage first = open(person.tab(), user);
        Device device = first.device();
        EnrolTotpPage second = open(person.tab(), user);
        String another = second.key();
        assertThat(another).isNotEqualTo(first.key());
        EnrolTotpPage refused = first.sendInVain(device.code());
        assertThat(refused.error()).contains("This page has expired. Start again.");
        assertThat(refused.key()).isNotEqualTo(another);
        assertThat(Factors.of(realm, user)).isEmpty();
        assertThat(realm.events("UPDATE_CREDENTIAL_ERROR"))
                .as("guesses that were looked at")
                .noneMatch(event -> user.id().equals(event.getUserId()));
        refused.sendRight(refused.device().code());
    }

    /** Or else they would have the seed of what the victim confirms. */
    @Test
    void S14_whoKnowsThePasswordCannotPutTheirOwnSetUpIntoThePage() {
        TestUser victim = realm.newUser();
        String thiefs = realm.accessToken(victim);
        String known = setUpAtRest(thiefs);
        EnrolTotpPage page = open(victim);
        assertThat(known).doesNotContain(page.key());
        Device device = page.device();
        Device thiefsDevice = Device.scanning(setUpAtRest(thiefs));
        EnrolTotpPage refused = page.sendInVain(device.code());
        assertThat(refused.error()).contains("This page has expired. Start again.");
        assertThat(refused.sendInVain(thiefsDevice.code()).error())
                .contains("This code is not right. Check it and try again.");
        assertThat(Factors.of(realm, victim)).isEmpty();
    }

    @Test
    void S14_aSetUpEndsAfterTenMinutes() {
        TestUser user = realm.newUser();
        EnrolTotpPage page = open(user);
        Device device = page.device();
        String key = page.key();
        clock.advance(Duration.ofMinutes(10).plusSeconds(1));
        EnrolTotpPage refused = page.sendInVain(device.code());
        assertThat(refused.error()).contains("This page has expired. Start again.");
        assertThat(refused.key()).isNotEqualTo(key);
        assertThat(Factors.of(realm, user)).isEmpty();
    }

    @Test
    void S25_whoIsDisabledWhileThePageIsOpenEnrolsNothing() {
        TestUser user = realm.newUser();
        EnrolTotpPage page = open(user);
        Device device = page.device();
        realm.update(user, change -> change.setEnabled(false));
        page.send(device.code());
        assertThat(RecoveryCodesPage.isIn(page.tab())).isFalse();
        assertThat(Factors.of(realm, user)).isEmpty();
    }

    @Test
    void whoTurnsBackGoesBackToTheAppWithNothingChanged() {
        TestUser user = realm.newUser();
        EnrolTotpPage page = open(user);
        page.tab().follow("#two-factor-cancel");
        AppPage.in(page.tab());
        assertThat(page.tab().url().getQuery()).contains("kc_action_status=cancelled");
        assertThat(Factors.of(realm, user)).isEmpty();
    }

    @Test
    void S63_inARealmThatDoesNotUseUsThePageIsKeycloaks(NewRealm another) {
        TestRealm keycloaks = another.withoutOurSteps().create();
        keycloaks.switchAction(false);
        Tab tab = LoginPage.open(chromium.person().tab(), keycloaks, ACTION).logIn(keycloaks.newUser());
        assertThat(tab.has("#kc-totp-settings")).isTrue();
    }

    @Test
    void S63_whileAFlowHoldsAStepOfOursThePageIsOursWhateverBecomesOfTheAction(NewRealm another) {
        TestRealm ours = another.create();
        ours.switchAction(false);
        EnrolTotpPage.in(LoginPage.open(chromium.person().tab(), ours, ACTION).logIn(ours.newUser()));
        ours.deleteAction();
        EnrolTotpPage.in(LoginPage.open(chromium.person().tab(), ours, ACTION).logIn(ours.newUser()));
    }

    /** Answers the URL for the app. */
    private String setUpAtRest(String token) {
        return realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(token)
                .json("{}")
                .send()
                .field("url");
    }

    private EnrolTotpPage open(TestUser user) {
        return open(chromium.person().tab(), user);
    }

    private EnrolTotpPage open(Tab tab, TestUser user) {
        return EnrolTotpPage.in(LoginPage.open(tab, realm, ACTION).logIn(user));
    }
}
