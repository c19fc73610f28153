package org.twofactor.keycloak.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * Every node was stopped, one was started again on the same database: what must outlast that has, whatever lay in
 * memory. The stories begin before the one restart, in the constructor, and each test ends one of them.
 *
 * <p>It shares its {@link Cluster} with {@link ClusterIT}, since the database and the build cost more than the tests.
 */
@ExtendWith(ClusterExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartIT {
    private static final int LOCK_AFTER = 10;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final Cluster cluster;
    private final TestRealm realm;
    private final Enrolled locked;
    private final Enrolled unlocked;
    private final Enrolled bystander;
    private final String spentCode;

    RestartIT(Cluster cluster) {
        this.cluster = cluster;
        TestRealm before = cluster.newRealm()
                .otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of(
                        "lockAfter", Integer.toString(LOCK_AFTER),
                        "longestWait", Long.toString(LONGEST_WAIT.toSeconds())))
                .create();
        Enrolled first = lockedTotp(before);
        Enrolled second = lockedTotp(before);
        Enrolled third = Enrolled.withTotp(before);
        this.spentCode = third.recoveryCode();
        assertThat(third.recoveryCode(third.partialToken(), spentCode).status()).isEqualTo(200);

        cluster.stop();
        this.realm = before.at(cluster.nodes(1).get(0), cluster.admin());
        this.locked = first.at(realm);
        this.unlocked = second.at(realm);
        this.bystander = third.at(realm);
    }

    private Enrolled lockedTotp(TestRealm before) {
        Enrolled user = Enrolled.withTotp(before);
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            assertThat(user.totp(user.partialToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
            cluster.clock().advance(LONGEST_WAIT.plusSeconds(1));
        }
        assertThat(user.totp(user.partialToken(), user.device().code()).status())
                .as("locked")
                .isEqualTo(429);
        cluster.clock().close();
        return user;
    }

    @Test
    void S19_aFactorThatWasLockedIsStillLockedAfterTheRestartAndAfterAnyWait() {
        for (Duration passed : List.of(Duration.ZERO, LONGEST_WAIT.plusSeconds(1), Duration.ofDays(3))) {
            cluster.clock().moveTo(passed);
            Answer right = locked.totp(locked.partialToken(), locked.device().code());
            assertThat(right.message()).as("%s later", passed).isEqualTo("TOO_MANY_TOTP_CHECKS");
            assertThat(right.retryAfter()).isEqualTo(LONGEST_WAIT.toSeconds());
        }
    }

    @Test
    void S19_theLockedOnesOtherFactorWorksAfterTheRestart() {
        assertThat(locked.recoveryCode(locked.partialToken(), locked.recoveryCode())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S19_anAdminStillFindsTheLockAfterTheRestartAndLiftsIt() {
        List<CredentialRepresentation> locks = realm.user(unlocked.user()).credentials().stream()
                .filter(credential -> credential.getType().equals("two-factor-lock"))
                .toList();
        assertThat(locks).hasSize(1);
        realm.user(unlocked.user()).removeCredential(locks.get(0).getId());
        assertThat(unlocked.totp(unlocked.partialToken(), unlocked.device().code())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S19_otherUsersCodesWorkAfterTheRestart() {
        assertThat(bystander
                        .totp(bystander.partialToken(), bystander.device().code())
                        .status())
                .isEqualTo(200);
        assertThat(bystander
                        .recoveryCode(bystander.partialToken(), bystander.recoveryCode())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S09_aRecoveryCodeThatWasSpentIsStillSpentAfterTheRestart() {
        Answer again = bystander.recoveryCode(bystander.partialToken(), spentCode);
        assertThat(again.message()).isEqualTo("RECOVERY_CODE_INVALID");
    }
}
