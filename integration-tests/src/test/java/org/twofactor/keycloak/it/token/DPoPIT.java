package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * A partial token that is redeemed with proof of a key gives tokens that are good with that key only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-5">RFC 9449 5 DPoP Access Token Request</a>
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DPoPIT {
    private static final String AUTHENTICATE = "/user/2fa/totp/authenticate";
    private static final String TOKEN = "/protocol/openid-connect/token";

    private final TestRealm realm;
    private final DPoPProof key;

    DPoPIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.key = DPoPProof.of(realm);
    }

    @Test
    void S43_withAProofTheTokensAreBoundToItsKeyAndUserInfoDemandsTheProof() {
        Answer tokens = boundTokens(Enrolled.withTotp(realm));
        String access = tokens.field("accessToken");
        assertThat(boundTo(access)).isEqualTo(key.thumbprint());
        assertThat(boundTo(tokens.field("refreshToken"))).isEqualTo(key.thumbprint());
        assertThat(Jwt.of(access).claim("typ")).isEqualTo("DPoP");

        assertThat(OidcClient.of(realm).userInfo(access).status()).isEqualTo(401);
        assertThat(withProof(realm.api().get(OidcClient.USER_INFO), "GET", OidcClient.USER_INFO, access, key)
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(withProof(
                                realm.api().get(OidcClient.USER_INFO),
                                "GET",
                                OidcClient.USER_INFO,
                                access,
                                DPoPProof.of(realm))
                        .send()
                        .status())
                .as("with somebody else's key")
                .isEqualTo(401);
    }

    /** RFC 8705: the other way to bind a token, to the certificate of the connection, of which there is none here. */
    @Test
    void S43_ofAClientWhoseTokensAreBoundToCertificatesNoneIsGoodWithout(NewRealm newRealm) {
        TestRealm bound = newRealm.create();
        String token = bound.accessToken(bound.newUser());
        assertThat(bound.api().get("/user/2fa").bearer(token).send().status()).isEqualTo(200);
        bound.updateClient(APP, it -> it.getAttributes().put("tls.client.certificate.bound.access.tokens", "true"));
        assertThat(bound.api().get("/user/2fa").bearer(token).send().message()).isEqualTo("INVALID_TOKEN");
    }

    @Test
    void S43_aBoundRefreshTokenIsGoodWithTheProofOnly() {
        String refresh = boundTokens(Enrolled.withTotp(realm)).field("refreshToken");
        assertThat(OidcClient.of(realm).refresh(refresh).status()).isEqualTo(400);
        for (String door : new String[] {"/auth/refreshtoken", "/auth/accesstoken", "/auth/refreshtoken/validate"}) {
            assertThat(realm.api().get(door).bearer(refresh).send().message())
                    .as(door)
                    .isEqualTo("INVALID_TOKEN");
        }
        assertThat(realm.api().post("/auth/logout").bearer(refresh).send().message())
                .isEqualTo("INVALID_TOKEN");

        Answer renewed = realm.api()
                .post(TOKEN)
                .header("DPoP", key.of("POST", TOKEN))
                .form(Map.of("grant_type", "refresh_token", "client_id", APP, "refresh_token", refresh))
                .send();
        assertThat(renewed.status()).as(renewed.text()).isEqualTo(200);
        assertThat(boundTo(renewed.field("access_token"))).isEqualTo(key.thumbprint());
    }

    @Test
    void S43_ourOwnDoorsDemandTheProofOfABoundAccessToken() {
        Enrolled user = Enrolled.withTotp(realm);
        String access = boundTokens(user).field("accessToken");
        assertThat(realm.api().get("/user/2fa").bearer(access).send().message()).isEqualTo("INVALID_TOKEN");
        assertThat(user.totp(access, user.device().code()).message()).isEqualTo("INVALID_TOKEN");
        assertThat(withProof(realm.api().get("/user/2fa"), "GET", "/user/2fa", access, DPoPProof.of(realm))
                        .send()
                        .message())
                .isEqualTo("INVALID_TOKEN");
        assertThat(withProof(realm.api().get("/user/2fa"), "GET", "/user/2fa", access, key)
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S43_aProofThatIsNotOfThisCallIsRefusedAndDoesNotSpendThePartialToken() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        int sessions = realm.user(user.user()).getUserSessions().size();
        for (String proof : new String[] {
            key.of("POST", "/user/2fa/recovery-code/authenticate"), key.of("GET", AUTHENTICATE), "no proof at all"
        }) {
            assertBadRequest(redeem(user, partial, proof));
        }
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);

        String good = key.of("POST", AUTHENTICATE);
        assertThat(redeem(user, partial, good).status()).isEqualTo(200);
        assertBadRequest(redeem(user, user.partialToken(), good));
    }

    @Test
    void S43_S60_aRefusedProofIsOneEventThatSaysWhatWasWrong() {
        Enrolled user = Enrolled.withTotp(realm);
        assertBadRequest(redeem(user, user.partialToken(), key.of("GET", AUTHENTICATE)));
        assertThat(realm.events(user.user()))
                .filteredOn(event -> event.getType().equals("LOGIN_ERROR"))
                .filteredOn(event -> !event.getError().equals("mfa_required"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getError()).isEqualTo("invalid_dpop_proof");
                    assertThat(event.getClientId()).isEqualTo(APP);
                    assertThat(event.getDetails())
                            .containsEntry("reason", "DPoP HTTP method mismatch")
                            .containsEntry("credential_type", "otp");
                });
    }

    @Test
    void S43_aClientThatDemandsDPoPGetsNoTokensWithoutAProofAndThePartialTokenIsNotSpent() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = DirectGrant.partialToken(realm, OTHER_APP, user.user());
        int sessions = realm.user(user.user()).getUserSessions().size();
        realm.updateClient(OTHER_APP, it -> it.getAttributes().put("dpop.bound.access.tokens", "true"));
        assertBadRequest(user.totp(partial, user.device().code()));
        assertBadRequest(user.recoveryCode(partial, user.recoveryCode()));
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);

        Answer tokens = redeem(user, partial, key.of("POST", AUTHENTICATE));
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        assertThat(boundTo(tokens.field("accessToken"))).isEqualTo(key.thumbprint());
    }

    @Test
    void S43_soItIsByEmailOtp(Inbox inbox) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String partial = user.partialToken();
        Answer tokens = realm.api()
                .post("/user/2fa/email-otp/authenticate")
                .bearer(partial)
                .header("DPoP", key.of("POST", "/user/2fa/email-otp/authenticate"))
                .json(Map.of("otp", user.challengedCode(partial)))
                .send();
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        assertThat(boundTo(tokens.field("accessToken"))).isEqualTo(key.thumbprint());
        assertThat(OidcClient.of(realm).userInfo(tokens.field("accessToken")).status())
                .isEqualTo(401);
    }

    private Answer boundTokens(Enrolled user) {
        Answer tokens = redeem(user, user.partialToken(), key.of("POST", AUTHENTICATE));
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        return tokens;
    }

    private Answer redeem(Enrolled user, String partial, String proof) {
        return realm.api()
                .post(AUTHENTICATE)
                .bearer(partial)
                .header("DPoP", proof)
                .json(Map.of("totp", user.device().code()))
                .send();
    }

    private Api.Call withProof(Api.Call call, String method, String path, String accessToken, DPoPProof by) {
        return call.header("Authorization", "DPoP " + accessToken).header("DPoP", by.of(method, path, accessToken));
    }

    private static String boundTo(String token) {
        return Jwt.of(token).claims().required("cnf").required("jkt").textValue();
    }

    private static void assertBadRequest(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.field("error")).isEqualTo("Bad Request");
        assertThat(answer.message()).contains("DPoP");
    }
}
