package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.NO_ACCOUNT;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.TokenKind.Column;

/** Who may call: the rights of the user and those of the client, and a sudo token never has more of them than its maker. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccountRightsIT {
    private final TestRealm realm;
    private final AccountRights rights;

    AccountRightsIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.rights = AccountRights.of(realm);
    }

    @Test
    void S32_whoMayOnlyReadTheAccountReadsAndChangesNothing() {
        Enrolled reader = Enrolled.withTotp(realm);
        rights.readOnly(reader.user());
        Answer login = reader.logIn();
        String access = login.field("accessToken");
        for (String path : List.of(
                "/user/2fa",
                "/user/2fa/totp/next-guess",
                "/user/2fa/recovery-code/next-guess",
                "/auth/accesstoken/validate")) {
            assertThat(realm.api().get(path).bearer(access).send().status())
                    .as(path)
                    .isEqualTo(200);
        }
        assertForbidden(reader.totp(access, reader.device().code()));
        assertForbidden(reader.recoveryCode(access, reader.recoveryCode()));
        Door.of(Column.GUESS, Column.MANAGE, Column.PRESENCE)
                .forEach(door -> assertForbidden(door.knock(realm.api(), access)));
        assertForbiddenToChange(login.field("sudoToken"));
        assertThat(reader.methods().status())
                .as("2FA is on as before: %s", reader.methods().text())
                .isEqualTo(200);
    }

    @Test
    void S32_withoutTwoFactorReadingIsNotEnoughToEnrol() {
        TestUser reader = realm.newUser();
        rights.readOnly(reader);
        String access = realm.accessToken(reader);
        assertThat(realm.api().get("/user/2fa").bearer(access).send().status()).isEqualTo(200);
        assertForbiddenToChange(access);
    }

    @Test
    void S32_whoMayNotEvenReadIsRefusedEverywhere() {
        TestUser nobody = realm.newUser();
        rights.readOnly(nobody);
        rights.revoke(nobody, "account", "view-profile");
        String access = realm.accessToken(nobody);
        assertForbidden(realm.api().get("/user/2fa").bearer(access).send());
        assertForbidden(
                realm.api().get("/auth/accesstoken/validate").bearer(access).send());
        assertForbiddenToChange(access);
    }

    @Test
    void S32_S33_aSudoTokenLosesItsRightWithItsUser() {
        Enrolled user = Enrolled.withTotp(realm);
        String sudo = user.sudoToken();
        assertThat(post("/user/2fa/totp/setup", sudo, "{}").status()).isEqualTo(200);
        rights.readOnly(user.user());
        assertForbiddenToChange(sudo);
    }

    @Test
    void S32_aSudoTokenThatAClientWithoutTheRightGotStaysWithoutIt() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer login = logInAtNoAccount(user);
        assertForbidden(
                realm.api().get("/user/2fa").bearer(login.field("accessToken")).send());
        assertForbidden(user.totp(login.field("accessToken"), user.device().code()));
        assertForbiddenToChange(login.field("sudoToken"));

        realm.settings(Map.of("allowedClients", NO_ACCOUNT));
        try {
            assertThat(realm.api()
                            .get("/user/2fa")
                            .bearer(login.field("accessToken"))
                            .send()
                            .status())
                    .isEqualTo(200);
            assertForbiddenToChange(login.field("sudoToken"));
            String later =
                    user.totp(login.field("accessToken"), user.device().code()).field("sudoToken");
            assertThat(post("/user/2fa/totp/setup", later, "{}").status()).isEqualTo(200);
        } finally {
            realm.settings(Map.of("allowedClients", ""));
        }
    }

    @Test
    void S32_aClientOnTheListLendsItsUsersNoRights() {
        Enrolled user = Enrolled.withTotp(realm);
        rights.readOnly(user.user());
        realm.settings(Map.of("allowedClients", NO_ACCOUNT));
        try {
            Answer login = logInAtNoAccount(user);
            assertThat(realm.api()
                            .get("/user/2fa")
                            .bearer(login.field("accessToken"))
                            .send()
                            .status())
                    .isEqualTo(200);
            assertForbidden(user.totp(login.field("accessToken"), user.device().code()));
            assertForbiddenToChange(login.field("sudoToken"));
        } finally {
            realm.settings(Map.of("allowedClients", ""));
        }
    }

    private Answer logInAtNoAccount(Enrolled user) {
        Answer login = user.totp(
                DirectGrant.partialToken(realm, NO_ACCOUNT, user.user()),
                user.device().code());
        assertThat(login.status()).as(login.text()).isEqualTo(200);
        return login;
    }

    private void assertForbiddenToChange(String token) {
        Door.of(Column.PRESENCE).forEach(door -> assertForbidden(door.knock(realm.api(), token)));
    }

    private Answer post(String path, String token, String body) {
        return realm.api().post(path).bearer(token).json(body).send();
    }

    private static void assertForbidden(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        assertThat(answer.message()).isEqualTo("CLIENT_NOT_ALLOWED");
    }
}
