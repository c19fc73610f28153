package org.twofactor.keycloak.it.factor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** The codes on paper. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecoveryCodeIT {
    private final TestRealm realm;

    RecoveryCodeIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @Test
    void S05_allTenWorkOnceInAnyOrderAndAnyCase() {
        Enrolled user = Enrolled.withTotp(realm);
        List<Integer> order = List.of(7, 2, 9, 0, 4, 1, 8, 3, 6, 5);
        for (int place : order) {
            String code = user.recoveryCodes().get(place);
            String typed = place % 2 == 0 ? code : code.toLowerCase(Locale.ROOT);
            assertThat(user.recoveryCode(user.accessToken(), typed).status()).isEqualTo(200);
            assertThat(user.recoveryCode(user.accessToken(), code).message()).isEqualTo("RECOVERY_CODE_INVALID");
        }
        assertThat(user.methods().json().at("/recoveryCodes/remaining").asInt()).isZero();
        assertThat(realm.api()
                        .post("/auth/login")
                        .json(Map.of(
                                "username", user.user().username(),
                                "password", user.user().password()))
                        .send()
                        .json()
                        .get("methods"))
                .as("used up, they are not offered any more")
                .hasToString("[\"totp\"]");
    }

    @Test
    void S05_theDatabaseHoldsTenSaltedHashesAndNoCode(Backdoor backdoor) {
        Enrolled user = Enrolled.withTotp(realm);
        List<List<String>> rows = backdoor.select(
                "select cast(SECRET_DATA as varchar), cast(CREDENTIAL_DATA as varchar) from CREDENTIAL where USER_ID = '"
                        + user.user().id() + "' and TYPE = 'recovery-code'");
        assertThat(rows).hasSize(1);
        String secretData = rows.get(0).get(0);
        assertThat(secretData.split("\"salt\"", -1)).hasSize(11);
        assertThat(secretData.split("\"rounds\":5000", -1)).hasSize(11);
        assertThat(user.recoveryCodes())
                .allSatisfy(
                        code -> assertThat(rows.toString()).doesNotContain(code).doesNotContain(code.substring(1)));
        assertThat(rows.get(0).get(1)).isEqualTo("{\"version\":1,\"issued\":10,\"remaining\":10}");
    }

    @Test
    void S45_aResetKillsAllOldCodesAndShowsTheNewOnesOnce() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer reset = reset(user.sudoToken());
        List<String> fresh = Enrolled.texts(reset);
        assertThat(fresh).hasSize(10).doesNotContainAnyElementsOf(user.recoveryCodes());
        assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode()).message())
                .isEqualTo("RECOVERY_CODE_INVALID");
        assertThat(user.recoveryCode(user.accessToken(), fresh.get(3)).status()).isEqualTo(200);
        assertThat(user.methods().text()).doesNotContain(fresh.get(0));
    }

    @Test
    void aResetNeedsASudoTokenAndTwoFactorOn() {
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(reset(user.accessToken()).message()).isEqualTo("SUDO_TOKEN_REQUIRED");
        assertThat(reset(realm.accessToken(realm.newUser())).message()).isEqualTo("2FA_IS_DISABLED");
    }

    @Test
    void withoutASetThereIsNothingToGuess() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertThat(realm.api()
                        .post("/user/2fa/recovery-code/authenticate")
                        .bearer(token)
                        .json(Map.of("recoveryCode", "ABCDEFGHJKLMNPQR"))
                        .send()
                        .message())
                .isEqualTo("RECOVERY_CODES_UNINITIALIZED");
        assertThat(realm.api()
                        .get("/user/2fa/recovery-code/next-guess")
                        .bearer(token)
                        .send()
                        .message())
                .isEqualTo("RECOVERY_CODES_UNINITIALIZED");
    }

    @Test
    void S30_wrongUsedAndSomebodyElsesCodeAreOneError() {
        Enrolled alice = Enrolled.withTotp(realm);
        Enrolled bob = Enrolled.withTotp(realm);
        String used = alice.recoveryCode();
        alice.recoveryCode(alice.accessToken(), used);
        List<Answer> refused = List.of(
                alice.recoveryCode(alice.accessToken(), "AAAAAAAAAAAAAAAA"),
                alice.recoveryCode(alice.accessToken(), "7777777777777777"),
                alice.recoveryCode(alice.accessToken(), used),
                alice.recoveryCode(alice.accessToken(), bob.recoveryCode()));
        assertThat(refused.stream().map(Answer::text).distinct()).hasSize(1);
        assertThat(refused.get(0).message()).isEqualTo("RECOVERY_CODE_INVALID");
        assertThat(alice.recoveryCode(alice.accessToken(), "................").status())
                .as("what can't be a code is no guess")
                .isEqualTo(400);
    }

    @Test
    void theFirstFactorAfterAPauseBringsNewCodesAndNotTheOldOnes() {
        Enrolled user = Enrolled.withTotp(realm);
        // The factor goes through an administrator, who knows nothing of recovery codes.
        realm.user(user.user()).credentials().stream()
                .filter(credential -> credential.getType().equals("otp"))
                .forEach(credential -> realm.user(user.user()).removeCredential(credential.getId()));
        Enrolled again = Enrolled.withTotp(realm, user.user());
        assertThat(again.recoveryCodes()).hasSize(10).doesNotContainAnyElementsOf(user.recoveryCodes());
        assertThat(again.recoveryCode(again.accessToken(), user.recoveryCode()).message())
                .isEqualTo("RECOVERY_CODE_INVALID");
    }

    private Answer reset(String token) {
        return realm.api()
                .post("/user/2fa/recovery-code/reset")
                .bearer(token)
                .json("{}")
                .send();
    }
}
