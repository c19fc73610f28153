package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Patience does not help whoever guesses: the factor locks, and the account does not. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockIT {
    private static final int LOCK_AFTER = 12;

    private final TestRealm realm;

    LockIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("lockAfter", Integer.toString(LOCK_AFTER), "longestWait", "60"))
                .create();
    }

    @Test
    void S19_theLastGuessLocksTheFactorUntilAnAdminDeletesTheLock(ServerClock clock) {
        Enrolled victim = Enrolled.withTotp(realm);
        lock(victim, clock);

        clock.advance(Duration.ofDays(3));
        Answer right = victim.totp(victim.partialToken(), victim.device().code());
        assertThat(right.message()).isEqualTo("TOO_MANY_TOTP_CHECKS");
        assertThat(right.retryAfter()).as("the longest wait").isEqualTo(60);
        assertThat(realm.api()
                        .get("/user/2fa/totp/next-guess")
                        .bearer(victim.partialToken())
                        .send()
                        .json()
                        .get("duration")
                        .asInt())
                .isEqualTo(60);

        CredentialRepresentation lock = locks(victim).get(0);
        assertThat(lock.getUserLabel()).contains("totp").contains(Integer.toString(LOCK_AFTER));
        realm.user(victim.user()).removeCredential(lock.getId());
        assertThat(victim.totp(victim.partialToken(), victim.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S19_anotherFactorStillWorksAndSettingUpAnewWithItLiftsTheLock(ServerClock clock) {
        Enrolled victim = Enrolled.withTotp(realm);
        lock(victim, clock);

        Answer tokens = victim.recoveryCode(victim.partialToken(), victim.recoveryCode());
        assertThat(tokens.status()).isEqualTo(200);
        Device newPhone = Device.scanning(realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(tokens.field("sudoToken"))
                .json("{}")
                .send()
                .field("url"));
        Answer enabled = realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(tokens.field("accessToken"))
                .json(Map.of("totp", newPhone.code()))
                .send();
        assertThat(enabled.status()).as(enabled.text()).isEqualTo(200);
        assertThat(locks(victim)).isEmpty();
        assertThat(victim.totp(victim.partialToken(), newPhone.code()).status()).isEqualTo(200);
    }

    @Test
    void S19_aUserCannotLiftTheLockThroughTheAccountApi(ServerClock clock) {
        Enrolled victim = Enrolled.withTotp(realm);
        lock(victim, clock);
        clock.close();
        String id = locks(victim).get(0).getId();
        Answer answer = realm.api()
                .delete("/account/credentials/" + id)
                .bearer(victim.accessToken())
                .header("Accept", "application/json")
                .send();
        assertThat(answer.status()).isBetween(400, 499);
        assertThat(locks(victim)).hasSize(1);
    }

    @Test
    void S19_theLockIsAnEvent(ServerClock clock) {
        Enrolled victim = Enrolled.withTotp(realm);
        lock(victim, clock);
        clock.close();
        assertThat(realm.events(victim.user())).anySatisfy(event -> {
            assertThat(event.getType()).isEqualTo("UPDATE_CREDENTIAL_ERROR");
            assertThat(event.getError()).isEqualTo("factor_locked");
            assertThat(event.getDetails()).containsEntry("credential_type", "otp");
        });
    }

    @Test
    void S19_aRightCodeAtTheLastGuessLeavesNoLock(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        fail(user, clock, LOCK_AFTER - 1);
        assertThat(user.totp(user.partialToken(), user.device().code()).status())
                .isEqualTo(200);
        assertThat(locks(user)).isEmpty();
        assertThat(user.totp(user.partialToken(), user.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S19_S16_ofManyAtTheMomentOfTheLockOneIsLookedAt(ServerClock clock) {
        for (int round = 0; round < 10; round++) {
            Enrolled victim = Enrolled.withTotp(realm);
            fail(victim, clock, LOCK_AFTER - 1);
            List<Answer> answers = Storm.uses(
                    List.of(victim),
                    Enrolled::totp,
                    victim.partialToken(),
                    List.of(victim.device().wrongCode()));
            assertThat(answers.stream().filter(answer -> answer.status() == 401))
                    .as("looked at in round %d", round)
                    .hasSize(1);
        }
    }

    private static void lock(Enrolled victim, ServerClock clock) {
        fail(victim, clock, LOCK_AFTER);
    }

    private static void fail(Enrolled user, ServerClock clock, int times) {
        String wrong = user.device().wrongCode();
        for (int guess = 0; guess < times; guess++) {
            assertThat(user.totp(user.partialToken(), wrong).status()).isEqualTo(401);
            clock.advance(Duration.ofSeconds(61));
        }
    }

    private List<CredentialRepresentation> locks(Enrolled victim) {
        return realm.user(victim.user()).credentials().stream()
                .filter(credential -> credential.getType().equals("two-factor-lock"))
                .toList();
    }
}
