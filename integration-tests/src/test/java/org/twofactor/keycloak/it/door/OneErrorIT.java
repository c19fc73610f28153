package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Whoever guesses learns that it was wrong, and not how near it was. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneErrorIT {
    private final TestRealm realm;

    OneErrorIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("freeGuesses", "10"))
                .create();
    }

    @Test
    void S30_aWrongAnOldAUsedAndSomebodyElsesTotpAreOneError() {
        Enrolled user = Enrolled.withTotp(realm);
        Enrolled other = Enrolled.withTotp(realm);
        String used = user.device().code();
        assertThat(user.totp(user.accessToken(), used).status()).isEqualTo(200);
        String old = user.device().app().codeAt(Instant.now().minus(Duration.ofDays(1)));

        List<Answer> answers = new ArrayList<>();
        for (String code :
                List.of(user.device().wrongCode(), old, used, other.device().code())) {
            answers.add(user.totp(user.accessToken(), code));
            answers.add(user.totp(user.partialToken(), code));
        }
        assertAllAlike(answers, "TOTP_INVALID");
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S30_aWrongAReplacedAUsedAndSomebodyElsesRecoveryCodeAreOneError() {
        Enrolled user = Enrolled.withTotp(realm);
        Enrolled other = Enrolled.withTotp(realm);
        String replaced = user.recoveryCode();
        Answer reset = realm.api()
                .post("/user/2fa/recovery-code/reset")
                .bearer(user.sudoToken())
                .json("{}")
                .send();
        String used = Enrolled.texts(reset).get(0);
        assertThat(user.recoveryCode(user.accessToken(), used).status()).isEqualTo(200);

        List<Answer> answers = new ArrayList<>();
        for (String code : List.of("ABCDEFGHJKLMNPQR", "2222222222222222", replaced, used)) {
            answers.add(user.recoveryCode(user.accessToken(), code));
        }
        answers.add(user.recoveryCode(user.partialToken(), other.recoveryCode()));
        assertAllAlike(answers, "RECOVERY_CODE_INVALID");
        assertThat(user.recoveryCode(user.accessToken(), Enrolled.texts(reset).get(1))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S27_S30_aWrongPasswordAnUnknownUserADisabledOneAndOneWithoutAPasswordAreOneError() {
        var user = realm.newUser();
        var disabled = realm.newUser(it -> it.setEnabled(false));
        var noPassword = realm.newUser(it -> it.setCredentials(List.of()));
        assertAllAlike(
                List.of(
                        logIn(user.username(), "wrong"),
                        logIn(user.email(), "wrong"),
                        logIn("nobody-" + user.username(), "wrong"),
                        logIn("nobody-" + user.email(), user.password()),
                        logIn(disabled.username(), disabled.password()),
                        logIn(noPassword.username(), noPassword.password()),
                        logIn("service-account-backend", "wrong")),
                "PASSWORD_INCORRECT");
    }

    private static void assertAllAlike(List<Answer> answers, String code) {
        Answer first = answers.get(0);
        assertThat(first.status()).as(first.text()).isEqualTo(401);
        assertThat(first.message()).isEqualTo(code);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text()).isEqualTo(first.text());
            assertThat(timeless(answer)).isEqualTo(timeless(first));
        });
    }

    private static Map<String, List<String>> timeless(Answer answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers());
        headers.remove("date");
        return headers;
    }

    private Answer logIn(String username, String password) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", username, "password", password))
                .send();
    }
}
