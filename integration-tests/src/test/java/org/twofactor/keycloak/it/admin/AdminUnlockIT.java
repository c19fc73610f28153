package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.AdminEventRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** A support desk lets a user try again at once: after a lock, after a wait, at one factor or at all. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminUnlockIT {
    private static final int LOCK_AFTER = 10;

    private final TestRealm realm;
    private final SupportDesk desk;

    AdminUnlockIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(
                        Map.of("freeGuesses", Integer.toString(LOCK_AFTER), "lockAfter", Integer.toString(LOCK_AFTER)))
                .create();
        this.desk = SupportDesk.with(realm, "manage-users");
    }

    @Test
    void S19_unlockingAFactorLetsTheRightCodeInAtOnceAndLeavesTheLockOfAnother() {
        Enrolled victim = Enrolled.withTotp(realm);
        lockTotp(victim);
        lockRecoveryCodes(victim);
        assertThat(victim.totp(victim.partialToken(), victim.device().code()).status())
                .isEqualTo(429);

        Answer left = desk.unlock(victim.user(), "totp");
        assertThat(left.status()).isEqualTo(200);
        assertThat(left.json().at("/factors/totp/lock").isMissingNode()).isTrue();
        assertThat(left.json().at("/factors/totp/retryAfter").asInt()).isZero();
        assertThat(left.json().at("/factors/recovery-code/lock/failures").asInt())
                .isEqualTo(LOCK_AFTER);
        assertThat(victim.recoveryCode(victim.partialToken(), victim.recoveryCode())
                        .status())
                .isEqualTo(429);
        assertThat(victim.totp(victim.partialToken(), victim.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S19_S18_afterAnUnlockTheStreakIsANewOneWithAllFreeGuessesAndTheSameLock() {
        Enrolled victim = Enrolled.withTotp(realm);
        lockTotp(victim);
        desk.unlock(victim.user(), "totp");
        lockTotp(victim);
        assertThat(victim.totp(victim.partialToken(), victim.device().code()).status())
                .isEqualTo(429);
        assertThat(desk.state(victim.user())
                        .json()
                        .at("/factors/totp/lock/failures")
                        .asInt())
                .isEqualTo(LOCK_AFTER);
    }

    @Test
    void S19_unlockingAllLiftsEveryLockAndTheWaitOfThePassword() {
        Enrolled victim = Enrolled.withTotp(realm);
        lockTotp(victim);
        lockRecoveryCodes(victim);
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            logIn(victim.user(), "Wrong-1-wrong");
        }
        assertThat(logIn(victim.user(), victim.user().password()).status()).isEqualTo(429);

        assertThat(desk.unlock(victim.user()).status()).isEqualTo(200);
        assertThat(logIn(victim.user(), victim.user().password()).message()).isEqualTo("2FA_REQUIRED");
        assertThat(victim.totp(victim.partialToken(), victim.device().code()).status())
                .isEqualTo(200);
        assertThat(victim.recoveryCode(victim.partialToken(), victim.recoveryCode())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S18_unlockingThePasswordEndsItsWaitAndNoLock() {
        Enrolled victim = Enrolled.withTotp(realm);
        lockTotp(victim);
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            logIn(victim.user(), "Wrong-1-wrong");
        }
        assertThat(desk.unlock(victim.user(), "password").status()).isEqualTo(200);
        assertThat(logIn(victim.user(), victim.user().password()).message()).isEqualTo("2FA_REQUIRED");
        assertThat(victim.totp(victim.partialToken(), victim.device().code()).status())
                .isEqualTo(429);
    }

    @Test
    void S18_unlockingAFactorEndsItsWait(NewRealm newRealm) {
        TestRealm strict = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("freeGuesses", "1"))
                .create();
        Enrolled user = Enrolled.withTotp(strict);
        user.totp(user.accessToken(), user.device().wrongCode());
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(429);
        Answer state = SupportDesk.with(strict, "manage-users").unlock(user.user(), "totp");
        assertThat(state.json().at("/factors/totp/failures").asInt()).isZero();
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S17_anUnlockIsForOneUser() {
        Enrolled one = Enrolled.withTotp(realm);
        Enrolled other = Enrolled.withTotp(realm);
        lockTotp(one);
        lockTotp(other);
        desk.unlock(one.user());
        assertThat(other.totp(other.partialToken(), other.device().code()).status())
                .isEqualTo(429);
    }

    @Test
    void aFactorThatThereIsNotIsNotFoundAndChangesNothing() {
        Enrolled victim = Enrolled.withTotp(realm);
        lockTotp(victim);
        for (String name : List.of("otp", "TOTP", "two-factor-lock", "all")) {
            assertThat(desk.unlock(victim.user(), name).status()).as(name).isEqualTo(404);
        }
        assertThat(desk.state(victim.user())
                        .json()
                        .at("/factors/totp/lock/failures")
                        .asInt())
                .isEqualTo(LOCK_AFTER);
    }

    @Test
    void S60_anUnlockIsOneAdminEventThatSaysWhatWasUnlockedAndWhoDidIt() {
        Enrolled victim = Enrolled.withTotp(realm);
        realm.admin().clearAdminEvents();
        desk.unlock(victim.user(), "totp");
        AdminEventRepresentation event = realm.adminEvents().get(0);
        assertThat(realm.adminEvents()).hasSize(1);
        assertThat(event.getOperationType()).isEqualTo("ACTION");
        assertThat(event.getResourceType()).isEqualTo("USER");
        assertThat(event.getResourcePath())
                .isEqualTo("two-factor/users/" + victim.user().id() + "/locks/totp");
        assertThat(event.getDetails())
                .containsEntry("two_factor_operation", "unlock")
                .containsEntry("factor", "totp");
        assertThat(event.getAuthDetails().getUserId())
                .isNotNull()
                .isNotEqualTo(victim.user().id());
        assertThat(event.getAuthDetails().getIpAddress()).isEqualTo("127.0.0.1");
    }

    private Answer logIn(TestUser user, String password) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", password))
                .send();
    }

    private static void lockTotp(Enrolled victim) {
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            assertThat(victim.totp(victim.accessToken(), victim.device().wrongCode())
                            .status())
                    .isEqualTo(401);
        }
    }

    private static void lockRecoveryCodes(Enrolled victim) {
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            assertThat(victim.recoveryCode(victim.accessToken(), "AAAAAAAAAAAAAAAA")
                            .status())
                    .isEqualTo(401);
        }
    }
}
