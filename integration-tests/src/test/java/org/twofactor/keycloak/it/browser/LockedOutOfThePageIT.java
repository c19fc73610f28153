package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Keycloak's own brute force detection counts what is typed into our pages, once; whom it has locked they refuse. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockedOutOfThePageIT {
    private static final int FAILURES = 4;

    private final TestRealm realm;

    LockedOutOfThePageIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .bruteForce(FAILURES)
                .browserFlow(BrowserFlow.anyOf("two-factor-totp-form", "two-factor-recovery-code-form"))
                .create();
    }

    @Test
    void S26_aWrongCodeCountsOnceAndARightOneEndsTheCount() {
        Enrolled user = Enrolled.withTotp(realm);
        FailureCount count = new FailureCount(realm, user.user());
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        for (int failure = 1; failure < FAILURES; failure++) {
            assertThat(browser.code(user.device().wrongCode()).error()).hasValue(CodePage.WRONG);
            count.await(failure);
        }
        assertThat(count.status())
                .containsEntry("disabled", false)
                .as("of a kind that Keycloak counts for its lock for good")
                .containsEntry("numSecondaryAuthFailures", FAILURES - 1);
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
        count.awaitNone();
    }

    @Test
    void S26_aWrongRecoveryCodeCountsOnceToo() {
        Enrolled user = Enrolled.withTotp(realm);
        FailureCount count = new FailureCount(realm, user.user());
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user()).tryOtherWay();
        for (int failure = 1; failure < FAILURES; failure++) {
            assertThat(browser.code("AAAAAAAAAAAAAAAA").error()).hasValue(CodePage.WRONG);
            count.await(failure);
        }
        assertThat(browser.code(user.recoveryCode()).loggedIn()).isTrue();
    }

    @Test
    void S25_S26_whomTheRealmHasLockedIsRefusedAtEveryPostWhateverTheCode(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        FailureCount count = new FailureCount(realm, user.user());
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        HttpBrowser recovery = HttpBrowser.withPassword(realm, user.user()).tryOtherWay();
        for (int failure = 1; failure <= FAILURES; failure++) {
            browser.code(user.device().wrongCode());
            count.await(failure);
        }
        count.awaitLock();
        String code = user.device().code();
        assertThat(browser.code(code).error())
                .hasValueSatisfying(error -> assertThat(error).contains("can’t be used"));
        assertThat(recovery.code(user.recoveryCode()).loggedIn()).isFalse();
        assertThat(realm.events(user.user()))
                .anyMatch(event -> "USER_BARRED".equals(event.getDetails().get("reason"))
                        && "user_temporarily_disabled".equals(event.getError()));

        clock.advance(Duration.ofSeconds(62));
        assertThat(browser.code(code).loggedIn())
                .as("the same code, which was not even looked at")
                .isTrue();
    }

    @Test
    void S25_whomTheRealmLocksAfterTheRightRecoveryCodeDoesNotGoOnFromThePageThatSaysThatFewAreLeft() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int used = 0; used < 6; used++) {
            assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode())
                            .status())
                    .isEqualTo(200);
        }
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user()).tryOtherWay();
        browser.code(user.recoveryCode());
        assertThat(browser.body()).contains("3 recovery codes left");

        FailureCount count = new FailureCount(realm, user.user());
        for (int failure = 1; failure <= FAILURES; failure++) {
            user.totp(user.accessToken(), user.device().wrongCode());
            count.await(failure);
        }
        count.awaitLock();
        assertThat(browser.post(Map.of("login", "")).loggedIn()).isFalse();
        assertThat(browser.error())
                .hasValueSatisfying(error -> assertThat(error).contains("can’t be used"));
    }

    @Test
    void S25_whoIsDisabledOrDeletedWhileThePageIsOpenDoesNotGetInWithARightCode() {
        Enrolled disabled = Enrolled.withTotp(realm);
        Enrolled deleted = Enrolled.withTotp(realm);
        HttpBrowser one = HttpBrowser.withPassword(realm, disabled.user());
        HttpBrowser another = HttpBrowser.withPassword(realm, deleted.user());
        realm.update(disabled.user(), it -> it.setEnabled(false));
        realm.user(deleted.user()).remove();

        assertThat(one.code(disabled.device().code()).loggedIn()).isFalse();
        assertThat(one.status()).isEqualTo(400);
        assertThat(another.code(deleted.device().code()).loggedIn()).isFalse();
        assertThat(another.status()).isEqualTo(400);
    }
}
