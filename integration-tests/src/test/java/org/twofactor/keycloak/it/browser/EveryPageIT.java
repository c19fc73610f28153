package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;

/** What holds on each page that asks for a code, told once for all of them; what is one page's own has its own class. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryPageIT {
    private final Chromium chromium;
    private final Inbox inbox;
    private final TestRealm enrolled;
    private final TestRealm open;
    private final TestRealm bare;
    private final TestRealm bareOpen;

    EveryPageIT(Chromium chromium, Inbox inbox, NewRealm one, NewRealm two, NewRealm three, NewRealm four) {
        this.chromium = chromium;
        this.inbox = inbox;
        enrolled = enrolled(one).create();
        open = open(two).create();
        bare = enrolled(three).create();
        bareOpen = open(four).create();
    }

    private static NewRealm enrolled(NewRealm realm) {
        return usual(realm)
                .browserFlow(BrowserFlow.anyOf(
                        "two-factor-totp-form", "two-factor-email-otp-form", "two-factor-recovery-code-form"));
    }

    private static NewRealm open(NewRealm realm) {
        return usual(realm)
                .settings(Map.of("emailWithoutEnrolment", "true"))
                .browserFlow(BrowserFlow.anyOf("two-factor-account-email-form"));
    }

    private static NewRealm usual(NewRealm realm) {
        return realm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setSupportedLocales(new HashSet<>(Set.of("en", "fr", "ar"))));
    }

    /** The pages, by what they ask for. */
    enum Page {
        APP,
        MAIL,
        ACCOUNT_MAIL,
        PAPER;

        private boolean isMail() {
            return this == MAIL || this == ACCOUNT_MAIL;
        }
    }

    @ParameterizedTest
    @EnumSource
    void S39_neitherBackNorRefreshNorASecondTabOpensAndARightCodeDoesOnce(Page page) {
        Visitor visitor = visitor(page);
        Person person = chromium.person();
        Tab tab = person.tab();
        visitor.comes(tab, realm(page));
        visitor.comes(tab.refresh());
        tab.back();
        assertThat(AppPage.isIn(tab)).isFalse();
        Tab second = person.tab();
        LoginPage.open(second, realm(page));
        assertThat(AppPage.isIn(second)).isFalse();

        String code = visitor.rightCode();
        AppPage.in(visitor.comes(second, realm(page)).send(code));
        Tab elsewhere = LoginPage.open(chromium.person().tab(), realm(page)).logIn(visitor.user());
        if (page.isMail()) {
            assertThat(CodePage.isIn(elsewhere))
                    .as("before another mail may leave")
                    .isFalse();
        } else {
            visitor.comes(elsewhere).sendInVain(code);
        }
    }

    @ParameterizedTest
    @EnumSource
    void S16_S18_afterFiveWrongCodesThePageTellsTheWaitInEveryTabAndAfterItARightOneOpens(
            Page page, ServerClock clock) {
        Visitor visitor = visitor(page);
        guessWrong(4, page, visitor);
        CodePage at = visitor.comes(chromium.person().tab(), realm(page)).sendInVain(visitor.wrongCode());
        CodePage waiting = at.sendInVain(visitor.rightCode());
        assertThat(waiting.error()).hasValueSatisfying(EveryPageIT::tellsHalfAMinute);
        waiting.tab().screenshot("too-many-" + page).assertAccessible();
        Tab another = LoginPage.open(chromium.person().tab(), realm(page)).logIn(visitor.user());
        if (page == Page.PAPER) {
            another = visitor.comes(another).tab();
        }
        assertThat(another.read("#input-error-code")).hasValueSatisfying(EveryPageIT::tellsHalfAMinute);

        clock.advance(Duration.ofSeconds(62));
        visitor.forgetMail();
        AppPage.in(visitor.comes(waiting.tab(), realm(page)).send(visitor.rightCode()));
    }

    @ParameterizedTest
    @EnumSource
    void S19_aLockedMethodIsSaidSoAndNoCodeOpens(Page page, ServerClock clock) {
        realm(page).settings(Map.of("lockAfter", "10", "freeGuesses", "10", "codeGuesses", "10"));
        try {
            Visitor visitor = visitor(page);
            guessWrong(9, page, visitor);
            CodePage at = visitor.comes(chromium.person().tab(), realm(page)).sendInVain(visitor.wrongCode());
            clock.advance(Duration.ofMinutes(20));
            Tab locked = at.send(visitor.rightCode());
            assertThat(locked.read("#input-error-code"))
                    .hasValueSatisfying(error -> assertThat(error).contains("this method is locked"));
            locked.screenshot("locked-" + page).assertAccessible();
            if (page.isMail()) {
                int before = inbox.all(visitor.user().email()).size();
                assertThat(locked.follow("#two-factor-send").read("#input-error-code"))
                        .hasValueSatisfying(error -> assertThat(error).contains("this method is locked"));
                assertThat(inbox.all(visitor.user().email()))
                        .as("no mail for a code that could not be given")
                        .hasSize(before);
            }
        } finally {
            realm(page).settings(Map.of("lockAfter", "100", "freeGuesses", "5", "codeGuesses", "5"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void S39_aLogInThatHasExpiredBeginsAnewAndARightCodeDoesNotOpenIt(Page page, ServerClock clock) {
        Visitor visitor = visitor(page);
        CodePage at = visitor.comes(chromium.person().tab(), realm(page));
        String code = visitor.rightCode();
        clock.advance(Duration.ofHours(1));
        Tab tab = at.send(code);
        assertThat(AppPage.isIn(tab)).isFalse();
        assertThat(tab.has("#password")).isTrue();
        assertThat(tab.text()).contains("timed out");
    }

    @ParameterizedTest
    @EnumSource(names = {"MAIL", "ACCOUNT_MAIL"})
    void S04_S23_aMailedCodeExpiresIsSaidSoAndTheNextOneOpens(Page page, ServerClock clock) {
        Visitor visitor = visitor(page);
        Tab tab = chromium.person().tab();
        CodePage at = visitor.comes(tab, realm(page));
        String code = visitor.rightCode();
        clock.advance(Duration.ofSeconds(601));
        // Nothing that was sent can be given any more, and so the page begins with the offer to send.
        Tab expired = at.send(code);
        assertThat(AppPage.isIn(expired)).isFalse();
        assertThat(expired.read("#input-error-code"))
                .hasValueSatisfying(error -> assertThat(error).contains("wrong or has expired"));
        expired.screenshot("expired-" + page).assertAccessible();
        assertThat(expired.script("return getComputedStyle(document.querySelector('#input-error-code span')).color"))
                .as("to be seen for what it is")
                .isNotEqualTo(
                        expired.script("return getComputedStyle(document.getElementById('two-factor-hint')).color"));
        visitor.forgetMail();
        AppPage.in(CodePage.in(expired.follow("#two-factor-send")).send(visitor.rightCode()));
    }

    @ParameterizedTest
    @EnumSource
    void S59_theKeyboardAloneIsEnoughAndTheFocusCanBeSeen(Page page) {
        Visitor visitor = visitor(page);
        Tab tab = LoginPage.open(chromium.person().tab(), realm(page)).tab();
        tab.press(visitor.user().username(), Keys.TAB, visitor.user().password());
        tab.leaving(() -> tab.press(Keys.ENTER));
        if (page == Page.PAPER) {
            // Keycloak's list of other ways takes no keys, so the page has one of its own.
            assertThat(tab.read("#two-factor-other-ways")).isEmpty();
            tab.tabTo("#try-another-way").press(Keys.ENTER);
            tab.tabTo("#two-factor-other-ways button:last-of-type").screenshot("ways-by-keyboard");
            tab.assertAccessible();
            tab.leaving(() -> tab.press(Keys.ENTER));
        }
        assertThat(tab.script("return document.activeElement.id")).isEqualTo("code");
        tab.press(visitor.wrongCode());
        tab.leaving(() -> tab.press(Keys.ENTER));
        assertThat(tab.script("return document.activeElement.id")).isEqualTo("code");
        tab.press(visitor.rightCode());
        tab.tabTo("#kc-login");
        assertThat(tab.script("const style = getComputedStyle(document.activeElement);"
                        + "return style.outlineStyle !== 'none' || style.boxShadow !== 'none'"))
                .as("to be seen where one is")
                .isEqualTo(true);
        tab.leaving(() -> tab.press(Keys.ENTER));
        AppPage.in(tab);
    }

    @ParameterizedTest
    @EnumSource
    void aRealmWithoutAnyConfigurationOfOursHasThePageAndItsCodesOpen(Page page) {
        TestRealm realm = page == Page.ACCOUNT_MAIL ? bareOpen : bare;
        Visitor visitor = visitor(page, realm);
        realm.deleteAction();
        try {
            CodePage at = visitor.comes(chromium.person().tab(), realm);
            AppPage.in(at.sendInVain(visitor.wrongCode()).send(visitor.rightCode()));
        } finally {
            realm.registerAction();
        }
    }

    @ParameterizedTest
    @EnumSource
    void S59_withoutScriptsARightCodeOpensAndAWrongOneIsSaidSo(Page page) {
        Visitor visitor = visitor(page);
        Tab tab = chromium.person(Look.USUAL.withoutScripts()).tab();
        CodePage at = visitor.comes(tab, realm(page)).sendInVain(visitor.wrongCode());
        tab.screenshot("without-scripts-" + page).assertAccessible();
        AppPage.in(at.send(visitor.rightCode()));
    }

    /** Not in Chromium, where each would take a second. */
    private void guessWrong(int times, Page page, Visitor visitor) {
        HttpBrowser browser = HttpBrowser.withPassword(realm(page), visitor.user());
        if (page == Page.PAPER) {
            browser.tryOtherWay();
        }
        for (int guess = 0; guess < times; guess++) {
            assertThat(browser.code(visitor.wrongCode()).error())
                    .hasValueSatisfying(error -> assertThat(error)
                            .startsWith(page.isMail() ? "This code is wrong or has expired." : CodePage.WRONG));
        }
    }

    private TestRealm realm(Page page) {
        return page == Page.ACCOUNT_MAIL ? open : enrolled;
    }

    private Visitor visitor(Page page) {
        return visitor(page, realm(page));
    }

    private Visitor visitor(Page page, TestRealm realm) {
        return switch (page) {
            case APP -> Visitor.withApp(realm);
            case MAIL -> Visitor.withMailbox(realm, inbox);
            case ACCOUNT_MAIL -> Visitor.withAccount(realm, inbox);
            case PAPER -> Visitor.withPaper(realm);
        };
    }

    private static void tellsHalfAMinute(String error) {
        assertThat(error).matches("Too many wrong codes. Try again in (30|[12]?\\d) s\\.");
    }
}
