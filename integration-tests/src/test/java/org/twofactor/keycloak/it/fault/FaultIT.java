package org.twofactor.keycloak.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.FreePorts;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.AccountRights;

/** What breaks lets nobody in, says so in the shape of all errors, and breaks nothing else. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
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

    /** No code can be reckoned from it, or every one is wrong: neither an error of ours nor a guess of the user's. */
    @ParameterizedTest
    @CsvSource({
        "HmacSHA1, HmacNONSENSE",
        "'\"period\":30', '\"period\":0'",
        "'\"period\":30', '\"period\":-5'",
        "'\"digits\":6', '\"digits\":0'",
        "'\"digits\":6', '\"digits\":9'",
        "'\"digits\":6', '\"digits\":99'",
        "'\"subType\":\"totp\"', '\"subType\":\"nonsense\"'",
        "HmacSHA1, HmacMD5"
    })
    void S57_S66_aTotpCredentialThatNoCodeCanComeOfIsCorruptAndCostsNoGuess(String right, String wrong) {
        Enrolled user = Enrolled.withTotp(realm);
        String where = " where TYPE = 'otp' and USER_ID = '" + user.user().id() + "'";
        corrupt("CREDENTIAL_DATA = replace(CREDENTIAL_DATA, '" + right + "', '" + wrong + "')", where);
        assertThat(backdoor.select("select CREDENTIAL_DATA from CREDENTIAL" + where)
                        .toString())
                .contains(wrong);
        for (int guess = 0; guess < 7; guess++) {
            assertThat(user.totp(user.accessToken(), user.device().shownNow()).message())
                    .isEqualTo("TOTP_CORRUPT");
        }
        assertOtherDoorsWork(user, "totp");
        assertThat(user.recoveryCode(user.partialToken(), user.recoveryCode()).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "CREDENTIAL_DATA = 'not what it was'",
        "CREDENTIAL_DATA = null",
        "'CREDENTIAL_DATA = replace(CREDENTIAL_DATA, ''\"version\":1'', ''\"version\":2'')'",
        "SECRET_DATA = '{}'",
        "SECRET_DATA = '{\"codes\":[null]}'",
        "'SECRET_DATA = replace(SECRET_DATA, ''\"rounds\":5000'', ''\"rounds\":0'')'"
    })
    void S57_S66_recoveryCodesThatCannotBeReadLetNobodyInAndBreakNothingElse(String damage) {
        Enrolled user = Enrolled.withTotp(realm);
        corrupt(
                damage,
                " where TYPE = 'recovery-code' and USER_ID = '" + user.user().id() + "'");
        for (int guess = 0; guess < 7; guess++) {
            assertThat(user.recoveryCode(
                                    user.accessToken(), user.recoveryCodes().get(0))
                            .message())
                    .isEqualTo("INTERNAL_ERROR");
        }
        assertOtherDoorsWork(user, "totp");
        String sudo = user.logIn().field("sudoToken");
        Answer fresh = realm.api()
                .post("/user/2fa/recovery-code/reset")
                .bearer(sudo)
                .json("{}")
                .send();
        assertThat(user.recoveryCode(user.accessToken(), Enrolled.texts(fresh).get(0))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S66_aFieldThatThisReleaseDoesNotKnowIsNotMinded() {
        Enrolled user = Enrolled.withTotp(realm);
        String where =
                " where TYPE = 'recovery-code' and USER_ID = '" + user.user().id() + "'";
        corrupt("CREDENTIAL_DATA = replace(CREDENTIAL_DATA, '{', '{\"later\":[1],')", where);
        corrupt("SECRET_DATA = replace(SECRET_DATA, '{', '{\"later\":1,')", where);
        assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode()).status())
                .isEqualTo(200);
        assertThat(user.recoveryCode(user.accessToken(), user.recoveryCode()).status())
                .isEqualTo(200);
    }

    /** A lock that can't be read is one still. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'not what it was'",
                "null",
                "'{ \"factor\" : \"totp\" }'",
                "'{\"version\":2,\"factor\":\"totp\",\"failures\":{}}'"
            })
    void S19_S66_aLockThatCannotBeReadLocksItsFactorAndNoOther(String data) {
        Enrolled user = Enrolled.withTotp(realm);
        backdoor.update("insert into CREDENTIAL (ID, TYPE, USER_ID, USER_LABEL, SECRET_DATA, CREDENTIAL_DATA, PRIORITY)"
                + " values (random_uuid(), 'two-factor-lock', '"
                + user.user().id() + "', 'totp locked after 100 wrong guesses in a row', '{}', " + data + ", 90)");
        assertThat(user.totp(user.partialToken(), user.device().code()).status())
                .isEqualTo(429);
        assertThat(user.recoveryCode(user.partialToken(), user.recoveryCode()).status())
                .isEqualTo(200);
        assertThat(adminState(user).json().at("/factors/totp/lock").isMissingNode())
                .isFalse();
        assertThat(realm.user(user.user()).credentials())
                .extracting(CredentialRepresentation::getType)
                .contains("two-factor-lock");
    }

    private void corrupt(String damage, String where) {
        assertThat(backdoor.update("update CREDENTIAL set " + damage + where)).isEqualTo(1);
    }

    /** With a factor of the user's that can't be read: the doors before it, and what shows its state. */
    private void assertOtherDoorsWork(Enrolled user, String method) {
        assertThat(user.methods().json().get("enabled").asBoolean()).isTrue();
        Answer login = realm.api()
                .post("/auth/login")
                .json(Map.of(
                        "username",
                        user.user().username(),
                        "password",
                        user.user().password()))
                .send();
        assertThat(login.message()).isEqualTo("2FA_REQUIRED");
        assertThat(login.json().get("methods").toString()).contains(method);
        Answer direct = realm.directGrant(user.user());
        assertThat(direct.field("error")).isEqualTo("mfa_required");
        assertThat(adminState(user).json().get("enabled").asBoolean()).isTrue();
    }

    private Answer adminState(Enrolled user) {
        TestUser agent = realm.newUser();
        AccountRights.of(realm).grant(agent, "realm-management", "view-users");
        String base = realm.api().base().toString().replace("/realms/", "/admin/realms/");
        Answer state = new Api(URI.create(base))
                .get("/two-factor/users/" + user.user().id())
                .bearer(realm.accessToken(agent))
                .unchecked()
                .send();
        assertThat(state.status()).as(state.text()).isEqualTo(200);
        return state;
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
