package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** Every kind of token at every kind of door: only the right one opens. {@link TokenKind} is the table. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenMatrixIT {
    private final Wallet wallet;
    private final TestRealm realm;
    private final Api server;

    TokenMatrixIT(NewRealm newRealm, NewRealm another, KeycloakServer server, ServerClock clock, Inbox inbox) {
        this.wallet = Wallet.fill(newRealm, another, clock, inbox);
        this.realm = wallet.realm();
        this.server = new Api(server.url());
    }

    static Stream<Arguments> everyTokenAtOurDoors() {
        return Stream.of(Door.values())
                .flatMap(door -> Stream.of(TokenKind.values()).map(kind -> Arguments.of(door, kind)));
    }

    @ParameterizedTest
    @MethodSource("everyTokenAtOurDoors")
    void S32_ourDoorsOpenForTheRightTokenOnly(Door door, TokenKind kind) {
        Verdict expected = kind.at(door.column());
        Answer answer = door.knock(realm.api(), wallet.get(kind));
        if (expected == Verdict.OPENS) {
            assertThat(answer.status()).as(answer.text()).isIn(200, 400, 409);
        } else {
            assertThat(answer.status()).as(answer.text()).isEqualTo(expected.status());
            assertThat(answer.message()).isEqualTo(expected.code());
        }
    }

    static Stream<Arguments> everyTokenAtKeycloaksDoors() {
        return Stream.of(KeycloakDoor.values())
                .flatMap(door -> Stream.of(TokenKind.values()).map(kind -> Arguments.of(door, kind)));
    }

    @ParameterizedTest
    @MethodSource("everyTokenAtKeycloaksDoors")
    void S32_keycloaksDoorsOpenForTheRightTokenOnly(KeycloakDoor door, TokenKind kind) {
        assertThat(door.opens(realm, server, wallet.get(kind))).isEqualTo(door.isFor(kind));
    }

    @ParameterizedTest
    @EnumSource
    void S32_logInAsksForNoTokenAndHeedsNone(TokenKind kind) {
        Answer answer = realm.api()
                .post("/auth/login")
                .bearer(wallet.get(kind))
                .json("{}")
                .send();
        assertThat(answer.message()).isEqualTo("body must have required property 'username'");
    }

    @ParameterizedTest
    @EnumSource
    void S32_garbageOpensNothing(Door door) {
        for (String garbage : List.of(
                "garbage",
                "a.b.c",
                "..",
                "....",
                "2fa.",
                "2fa." + "A".repeat(43),
                wallet.get(TokenKind.PARTIAL) + "A",
                wallet.get(TokenKind.PARTIAL).substring(1),
                "null",
                "-".repeat(4000),
                jwt("{}", "{}"),
                jwt("[]", "[]"),
                jwt("null", "null"),
                jwt("{\"alg\":\"RS256\"}", "null"),
                jwt("{\"alg\":\"RS256\",\"typ\":\"sudo+jwt\"}", "null"),
                jwt("{\"typ\":\"JWT\"}", "{\"azp\":\"app\",\"typ\":\"Bearer\"}"),
                jwt("{\"alg\":\"none\"}", "{\"azp\":\"app\",\"typ\":\"Refresh\"}"),
                jwt("{\"alg\":\"RS256\"}", "{\"azp\":\"app\",\"typ\":\"Refresh\"}"),
                jwt("{\"alg\":\"HS256\",\"kid\":\"x\"}", "{\"azp\":\"nobody\",\"typ\":\"Bearer\"}"),
                jwt("{\"alg\":\"QS999\"}", "{}"),
                jwt("{\"typ\":\"sudo+jwt\"}", "{}"),
                jwt("{\"typ\":\"sudo+jwt\",\"alg\":\"RS256\"}", "{\"exp\":\"never\"}"),
                jwt("{\"typ\":\"sudo+jwt\",\"alg\":\"RS256\"}", "not json"))) {
            Answer answer = door.knock(realm.api(), garbage);
            assertThat(answer.status()).as("%s: %s", garbage, answer.text()).isEqualTo(401);
            assertThat(answer.message()).as(garbage).isEqualTo("INVALID_TOKEN");
        }
    }

    @Test
    void S32_theRefreshTokenOfAConfidentialClientRenewsNothingWithoutTheClientsSecret() {
        TestUser user = realm.newUser();
        String refresh = realm.directGrant(BACKEND, user, Map.of()).field("refresh_token");
        for (Door door : List.of(Door.REFRESH_TOKEN, Door.ACCESS_TOKEN)) {
            assertThat(door.knock(realm.api(), refresh).message()).isEqualTo("INVALID_TOKEN");
        }
        assertThat(realm.api().post("/auth/logout").bearer(refresh).send().message())
                .isEqualTo("INVALID_TOKEN");
        assertThat(realm.user(user).getUserSessions()).hasSize(1);
        assertThat(Door.VALIDATE_REFRESH_TOKEN
                        .knock(realm.api(), refresh)
                        .json()
                        .required("userId")
                        .textValue())
                .isEqualTo(user.id());
    }

    @ParameterizedTest
    @EnumSource(names = {"SUDO", "PARTIAL"})
    void S32_keycloaksLogOutAndRevocationTakeNoTokenOfOurs(TokenKind kind) {
        String token = wallet.get(kind);
        assertThat(OidcClient.of(realm).logOut(token).status()).isEqualTo(400);
        realm.api()
                .post("/protocol/openid-connect/revoke")
                .form(Map.of("client_id", APP, "token", token))
                .send();
        Door still = kind == TokenKind.SUDO ? Door.TOTP_SET_UP : Door.METHODS;
        assertThat(still.knock(realm.api(), token).status()).isIn(200, 400);
    }

    @Test
    void S32_withoutTwoFactorRecoveryCodesAreNotForAnAccessToken() {
        Answer answer = realm.api()
                .post("/user/2fa/recovery-code/reset")
                .bearer(wallet.get(TokenKind.ACCESS_WITH_2FA_OFF))
                .json("{}")
                .send();
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("2FA_IS_DISABLED");
    }

    private static String jwt(String header, String claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2lnbmVk";
    }
}
