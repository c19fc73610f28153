package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * Each required action that enrols one thing: demanded, there is no way past it; called by an app, there is a way back.
 * What holds for the choice among factors is in {@link ConfigureTwoFactorIT}.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemandedEnrolmentIT {
    /** Each with something of the page that it opens for a user without a factor. */
    private static final Map<String, String> ACTIONS = Map.of(
            "two-factor-enrol-email-otp", "#email",
            "CONFIGURE_TOTP", "#two-factor-key",
            "two-factor-recovery-codes", "#two-factor-configure");

    private static final String FORM = "form[action*='/login-actions/required-action']";

    private final Chromium chromium;
    private final TestRealm realm;
    private final ServerClock clock;

    DemandedEnrolmentIT(Chromium chromium, NewRealm newRealm, ServerClock clock) {
        this.chromium = chromium;
        this.clock = clock;
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen())
                .create();
    }

    /** Peers' flaw and CVE-2026-94218: the restart of a log-in dropped what it demanded. */
    @Test
    void S49_restartBackSecondTabAndAnExpiredPageLeadBackToEach() {
        ACTIONS.forEach((action, page) -> {
            TestUser user = realm.newUser(change -> change.setRequiredActions(List.of(action)));
            Person person = chromium.person();
            Tab tab = LoginPage.open(person.tab(), realm).logIn(user);
            assertThat(tab.has(page)).as(action).isTrue();

            tab.go(tab.url().toString().replaceAll("/login-actions/required-action\\?", "/login-actions/restart?"));
            assertIsNotPast(tab, action, "restart");
            assertThat(logInAgain(tab, user).has(page)).as(action).isTrue();
            assertIsNotPast(submit(tab), action, "an empty form");
            assertIsNotPast(tab.back(), action, "back");
            assertIsNotPast(tab.go(LoginPage.address(realm, Map.of())), action, "the app asks again");
            assertIsNotPast(tab.go(LoginPage.address(realm, Map.of("prompt", "none"))), action, "and asks for no page");

            Tab second = LoginPage.open(person.tab(), realm).logIn(user);
            second.go(second.url().toString().replaceAll("execution=[^&]*", "execution=UPDATE_PASSWORD"));
            assertIsNotPast(second, action, "another action by hand");

            Tab third = LoginPage.open(person.tab(), realm).logIn(user);
            clock.advance(Duration.ofMinutes(6));
            assertIsNotPast(submit(third), action, "an expired page");
            assertThat(logInAgain(third, user).has(page)).as(action).isTrue();

            assertThat(realm.directGrant(user).status())
                    .as("no other door opens: %s", action)
                    .isEqualTo(400);
            assertThat(Factors.of(realm, user)).as(action).isEmpty();
            assertThat(realm.user(user).toRepresentation().getRequiredActions()).containsExactly(action);
        });
    }

    @Test
    void S49_cancellingIsForThoseWhomAnAppHasSent() {
        ACTIONS.forEach((action, page) -> {
            TestUser user = realm.newUser();
            Tab tab = LoginPage.open(chromium.person().tab(), realm, Map.of("kc_action", action))
                    .logIn(user);
            assertThat(tab.has(page)).as(action).isTrue();
            AppPage.in(tab.follow("#two-factor-cancel"));
            assertThat(tab.url().getQuery()).contains("kc_action_status=cancelled");
            assertThat(Factors.of(realm, user)).as(action).isEmpty();

            TestUser demanded = realm.newUser(change -> change.setRequiredActions(List.of(action)));
            for (Map<String, String> more : List.of(Map.<String, String>of(), Map.of("kc_action", action))) {
                Tab there = LoginPage.open(chromium.person().tab(), realm, more).logIn(demanded);
                assertThat(there.has("#two-factor-cancel")).as(action).isFalse();
                there.script("const cancel = document.createElement('input'); cancel.name = 'cancel-aia';"
                        + " cancel.value = 'true'; document.querySelector(\"" + FORM + "\").append(cancel)");
                assertIsNotPast(submit(there), action, "cancelled by hand");
                assertThat(there.has(FORM)).as(action).isTrue();
            }
            assertThat(realm.user(demanded).toRepresentation().getRequiredActions())
                    .containsExactly(action);
        });
    }

    /** A demand comes first, and turning back from what the app asks for takes nothing from it. */
    @Test
    void S49_whatIsDemandedComesBeforeWhatAnAppAsksFor() {
        TestUser user = realm.newUser(change -> change.setRequiredActions(List.of("CONFIGURE_TOTP")));
        Tab tab = LoginPage.open(chromium.person().tab(), realm, EnrolEmailOtpIT.ACTION)
                .logIn(user);
        EnrolTotpPage page = EnrolTotpPage.in(tab);
        assertThat(tab.has("#two-factor-cancel")).isFalse();
        page.sendRight(page.device().code()).finish();
        EnrolEmailPage.in(tab);
        AppPage.in(tab.follow("#two-factor-cancel"));
        assertThat(Factors.of(realm, user)).containsExactly("otp", "recovery-code");
    }

    /** Codes that were made, shown and never saved are not the new ones that are demanded. */
    @Test
    void S45_S49_newRecoveryCodesThatAreDemandedAreMade() {
        TestUser user = realm.newUser(change -> change.setRequiredActions(List.of("CONFIGURE_TOTP")));
        EnrolTotpPage page =
                EnrolTotpPage.in(LoginPage.open(chromium.person().tab(), realm).logIn(user));
        Device device = page.device();
        RecoveryCodesPage shown = page.sendRight(device.code());
        List<String> old = shown.codes();
        String set = shown.tab().element("#two-factor-saved input[name=set]").getDomProperty("value");
        realm.update(user, change -> change.setRequiredActions(List.of("two-factor-recovery-codes")));

        Tab tab = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        ConfirmPage confirm = ConfirmPage.in(tab);
        finishByHand(tab, set);
        assertThat(ConfirmPage.isIn(tab)).as("before a second factor").isTrue();
        MakeCodesPage make = MakeCodesPage.in(confirm.send(device.code()));
        finishByHand(tab, set);
        assertIsNotPast(tab, "two-factor-recovery-codes", "with a second factor");
        RecoveryCodesPage codes = make.make();
        assertThat(codes.codes()).doesNotContainAnyElementsOf(old);
        AppPage.in(codes.finish());
        assertThat(realm.user(user).toRepresentation().getRequiredActions()).isEmpty();
    }

    /** Without a second factor the page does not even tell which codes wait to be saved. */
    @Test
    void S49_thatCodesAreSavedIsSaidByWhoHasSeenThem() {
        Enrolled enrolled = Enrolled.withTotp(realm);
        TestUser user = enrolled.user();
        Tab first = LoginPage.open(chromium.person().tab(), realm, RecoveryCodesIT.ACTION)
                .logIn(user);
        RecoveryCodesPage shown = MakeCodesPage.in(
                        ConfirmPage.in(first).send(enrolled.device().code()))
                .make();
        String set = first.element("#two-factor-saved input[name=set]").getDomProperty("value");
        realm.update(user, change -> change.setRequiredActions(List.of("CONFIGURE_TWO_FACTOR")));

        Tab thief = LoginPage.open(chromium.person().tab(), realm).logIn(user);
        ConfirmPage.in(thief);
        finishByHand(thief, "a guess");
        assertIsNotPast(thief, "CONFIGURE_TWO_FACTOR", "a guess");
        assertThat(thief.html()).doesNotContain(set);
        AppPage.in(shown.finish());
    }

    private static void finishByHand(Tab tab, String set) {
        tab.script(
                "const form = document.querySelector(\"" + FORM + "\");"
                        + " for (const [name, value] of [['page', 'two-factor-recovery-codes'], ['set', arguments[0]],"
                        + " ['saved', 'on'], ['finish', 'on']]) { let field = form.querySelector(`[name=${name}]`) ??"
                        + " document.createElement('input'); field.name = name; field.value = value; form.append(field); }",
                set);
        submit(tab);
    }

    /** As a browser would that checks nothing and knows no button. */
    private static Tab submit(Tab tab) {
        return tab.leaving(
                () -> tab.script("HTMLFormElement.prototype.submit.call(document.querySelector(\"" + FORM + "\"))"));
    }

    private static void assertIsNotPast(Tab tab, String action, String by) {
        assertThat(AppPage.isIn(tab)).as("past %s: %s", action, by).isFalse();
    }

    private Tab logInAgain(Tab tab, TestUser user) {
        return tab.type("#username", user.username())
                .type("#password", user.password())
                .follow("#kc-login");
    }
}
