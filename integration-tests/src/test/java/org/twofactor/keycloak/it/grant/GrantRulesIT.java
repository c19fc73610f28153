package org.twofactor.keycloak.it.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.grant.GrantClient.TOKEN;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND_SECRET;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.DirectGrantPolicy;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.DPoPProof;
import org.twofactor.keycloak.it.token.OidcClient;

/** The grant keeps every rule that the password grant keeps, whose second half it is. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantRulesIT {
    private final TestRealm realm;
    private final GrantClient backend;

    GrantRulesIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.backend = GrantClient.confidential(realm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openid", "phone", "openid address offline_access"})
    void S43_theTokensAreWhatThePasswordGrantWouldHaveGivenForItsScopes(String scope) {
        TestUser plain = realm.newUser();
        Enrolled user = Enrolled.withTotp(realm);
        Answer after = backend.redeem(
                backend.partialToken(user.user(), scope), "totp", user.device().code());
        Answer without = realm.directGrant(BACKEND, plain, Map.of("scope", scope));
        assertThat(after.status()).as(after.text()).isEqualTo(200);
        Set<String> expected = new TreeSet<>(Set.of("sudo_token"));
        without.json().fieldNames().forEachRemaining(expected::add);
        assertThat(after.json().fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(expected);
        for (String claim : List.of("scope", "aud", "typ")) {
            assertThat(words(Jwt.of(after.field("access_token")), claim))
                    .as(claim)
                    .isEqualTo(words(Jwt.of(without.field("access_token")), claim));
        }
        assertThat(Jwt.of(after.field("refresh_token")).claim("typ"))
                .isEqualTo(Jwt.of(without.field("refresh_token")).claim("typ"));
    }

    @Test
    void S43_aRequiredActionKeepsTheUserOutAndDoesNotSpendThePartialToken() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        int sessions = sessions(user);
        realm.update(user.user(), it -> it.setRequiredActions(List.of("UPDATE_PASSWORD")));
        Refused.with(backend.redeem(partial, "totp", user.device().code()), "invalid_grant", "ACCOUNT_NOT_SET_UP");
        assertThat(sessions(user)).isEqualTo(sessions);
        realm.update(user.user(), it -> it.setRequiredActions(List.of()));
        assertThat(backend.redeem(partial, "totp", user.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S43_aClientPolicyThatRejectsThePasswordGrantRejectsThisOneToo() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        int sessions = sessions(user);
        DirectGrantPolicy.rejecting(realm, () -> {
            Refused.with(
                    backend.redeem(partial, "totp", user.device().code()), "unauthorized_client", "CLIENT_NOT_ALLOWED");
            assertThat(sessions(user)).isEqualTo(sessions);
        });
        assertThat(backend.redeem(partial, "totp", user.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S43_aClientThatAsksForConsentIsRefused() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        realm.updateClient(BACKEND, it -> it.setConsentRequired(true));
        try {
            Refused.asInvalidToken(backend.redeem(partial, "totp", user.device().code()));
        } finally {
            realm.updateClient(BACKEND, it -> it.setConsentRequired(false));
        }
    }

    @Test
    void S43_lightweightTokensAndClientsWithoutRefreshTokensWork() {
        Enrolled user = Enrolled.withTotp(realm);
        attribute("client.use.lightweight.access.token.enabled", "true");
        attribute("use.refresh.tokens", "false");
        try {
            Answer tokens = backend.redeem(
                    backend.partialToken(user.user()), "totp", user.device().code());
            assertThat(tokens.json().has("refresh_token")).isFalse();
            String access = tokens.field("access_token");
            assertThat(Jwt.of(access).claims().has("resource_access")).isFalse();
            assertThat(realm.api().get("/user/2fa").bearer(access).send().status())
                    .isEqualTo(200);
            assertThat(realm.api()
                            .post("/user/2fa/totp/setup")
                            .bearer(tokens.field("sudo_token"))
                            .json("{}")
                            .send()
                            .status())
                    .as("it may manage the account, which the slim token does not say")
                    .isEqualTo(200);
        } finally {
            attribute("client.use.lightweight.access.token.enabled", "false");
            attribute("use.refresh.tokens", "true");
        }
    }

    @Test
    void S43_aClientThatDemandsDPoPGetsBoundTokensForAProofAndNoneWithout() {
        Enrolled user = Enrolled.withTotp(realm);
        DPoPProof key = DPoPProof.of(realm);
        String partial = backend.partialToken(user.user());
        attribute("dpop.bound.access.tokens", "true");
        try {
            Answer without = backend.redeem(partial, "totp", user.device().code());
            assertThat(without.status()).as(without.text()).isEqualTo(400);
            assertThat(without.field("error")).isEqualTo("invalid_request");
            Answer elsewhere = redeem(user, partial, key.of("POST", "/user/2fa/totp/authenticate"));
            assertThat(elsewhere.status()).as(elsewhere.text()).isEqualTo(400);

            String proof = key.of("POST", TOKEN);
            Answer tokens = redeem(user, partial, proof);
            assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
            assertThat(tokens.field("token_type")).isEqualTo("DPoP");
            assertThat(Jwt.of(tokens.field("access_token"))
                            .claims()
                            .required("cnf")
                            .required("jkt")
                            .asText())
                    .isEqualTo(key.thumbprint());
            assertThat(new OidcClient(realm, BACKEND)
                            .userInfo(tokens.field("access_token"))
                            .status())
                    .isEqualTo(401);
            Answer again = redeem(user, partial, proof);
            assertThat(again.status()).as("a proof is good once").isEqualTo(400);
            assertThat(again.field("error")).isEqualTo("invalid_request");
        } finally {
            attribute("dpop.bound.access.tokens", "false");
        }
    }

    private Answer redeem(Enrolled user, String partial, String proof) {
        return realm.api()
                .post(TOKEN)
                .header("DPoP", proof)
                .form(GrantClient.form(
                        partial,
                        "factor",
                        "totp",
                        "code",
                        user.device().code(),
                        "client_id",
                        BACKEND,
                        "client_secret",
                        BACKEND_SECRET))
                .send();
    }

    private void attribute(String name, String value) {
        realm.updateClient(BACKEND, it -> it.getAttributes().put(name, value));
    }

    private int sessions(Enrolled user) {
        return realm.user(user.user()).getUserSessions().size();
    }

    private static Set<String> words(Jwt token, String claim) {
        return new TreeSet<>(List.of(token.claims()
                .path(claim)
                .toString()
                .replaceAll("[^A-Za-z0-9_:/.-]+", " ")
                .strip()
                .split(" ", -1)));
    }
}
