package org.twofactor.keycloak.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.FreePorts;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** What breaks lets nobody in, says so in the shape of all errors, and breaks nothing else. */
@KeycloakTest
class FaultIT {
    private final TestRealm realm;
    private final Backdoor backdoor;

    FaultIT(NewRealm newRealm, Backdoor backdoor) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.backdoor = backdoor;
    }

    @Test
    void S57_aCorruptTotpCredentialIsSaidSoAndNothingElseBreaks() {
        for (String column : List.of("CREDENTIAL_DATA", "SECRET_DATA")) {
            Enrolled user = Enrolled.withTotp(realm);
            backdoor.update(
                    "update CREDENTIAL set " + column + " = 'not what it was' where TYPE = 'otp' and USER_ID = '"
                            + user.user().id() + "'");
            assertThat(user.totp(user.accessToken(), user.device().code()).message())
                    .isEqualTo("TOTP_CORRUPT");
            assertThat(realm.directGrant(
                                    "app",
                                    user.user(),
                                    Map.of("totp", user.device().code()))
                            .status())
                    .isEqualTo(500);
            assertThat(user.methods().json().get("enabled").asBoolean()).isTrue();

            Answer tokens = user.recoveryCode(user.partialToken(), user.recoveryCode());
            assertThat(tokens.status()).isEqualTo(200);
            Device newPhone = Device.scanning(realm.api()
                    .post("/user/2fa/totp/setup")
                    .bearer(tokens.field("sudoToken"))
                    .json("{}")
                    .send()
                    .field("url"));
            assertThat(realm.api()
                            .post("/user/2fa/totp/enable")
                            .bearer(tokens.field("accessToken"))
                            .json(Map.of("totp", newPhone.code()))
                            .send()
                            .status())
                    .isEqualTo(200);
            assertThat(user.totp(user.partialToken(), newPhone.code()).status()).isEqualTo(200);
        }
    }

    @Test
    void S57_aGuessAtACorruptCredentialCostsNoGuess() {
        Enrolled user = Enrolled.withTotp(realm);
        backdoor.update("update CREDENTIAL set SECRET_DATA = '{}' where TYPE = 'otp' and USER_ID = '"
                + user.user().id() + "'");
        for (int guess = 0; guess < 7; guess++) {
            assertThat(user.totp(user.accessToken(), "123456").message()).isEqualTo("TOTP_CORRUPT");
        }
    }

    @Test
    void S57_aDatabaseThatRefusesTheRecoveryCodesLeavesNoHalfAFactor() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        Device device = Device.scanning(realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(token)
                .json("{}")
                .send()
                .field("url"));
        backdoor.refusing("CREDENTIAL", "TYPE <> 'recovery-code'", () -> {
            assertThat(enable(token, device.code()).message()).isEqualTo("INTERNAL_ERROR");
        });
        assertThat(realm.user(user).credentials())
                .noneMatch(credential -> credential.getType().equals("otp"));
        assertThat(realm.api()
                        .get("/user/2fa")
                        .bearer(token)
                        .send()
                        .json()
                        .get("enabled")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void S57_aDatabaseThatRefusesTheSessionGivesNoTokens() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        int sessions = realm.user(user.user()).getUserSessions().size();
        backdoor.refusing("OFFLINE_USER_SESSION", "USER_ID <> '" + user.user().id() + "'", () -> {
            Answer answer = user.totp(partial, user.device().code());
            assertThat(answer.message()).isEqualTo("INTERNAL_ERROR");
            assertThat(answer.json().has("accessToken")).isFalse();
        });
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
    }

    @Test
    void S57_aRecoveryCodeThatCannotBeStruckOffIsNotAccepted() {
        Enrolled user = Enrolled.withTotp(realm);
        backdoor.refusing("CREDENTIAL", "TYPE <> 'recovery-code' or CREDENTIAL_DATA like '%\"remaining\":10}'", () -> {
            assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode())
                            .message())
                    .isEqualTo("INTERNAL_ERROR");
        });
        assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode()).status())
                .isEqualTo(200);
    }

    @Test
    void S57_anEventThatCannotBeStoredLetsNobodyIn() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        backdoor.refusing("EVENT_ENTITY", "USER_ID <> '" + user.user().id() + "'", () -> {
            Answer wrong = user.totp(partial, user.device().wrongCode());
            assertThat(wrong.status()).isIn(401, 500);
            Answer right = user.totp(partial, user.device().code());
            assertThat(right.message()).isEqualTo("INTERNAL_ERROR");
        });
        assertThat(user.totp(user.partialToken(), user.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S57_aClockThatJumpsBackGivesNoGuessBack(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        for (int guess = 0; guess < 5; guess++) {
            user.totp(user.accessToken(), user.device().wrongCode());
        }
        clock.advance(Duration.ofHours(-1));
        Answer right = user.totp(user.partialToken(), user.device().code());
        assertThat(right.status()).isEqualTo(429);
        assertThat(right.retryAfter()).isBetween(1, 30);
    }

    @Test
    void S57_amailServerThatIsDownStopsNoLogIn(NewRealm newRealm) {
        int nobodyListens = FreePorts.find(1).get(0);
        TestRealm mute = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.getSmtpServer().put("port", Integer.toString(nobodyListens)))
                .create();
        Enrolled user = Enrolled.withTotp(mute);
        assertThat(user.logIn().status()).isEqualTo(200);
        assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode()).status())
                .isEqualTo(200);
    }

    private Answer enable(String token, String code) {
        return realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(token)
                .json(Map.of("totp", code))
                .send();
    }
}
