package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;

import java.util.HashMap;
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

/**
 * Whoever redeems a partial auth token meets every rule that Keycloak's direct grant has: what is refused there is refused
 * here, and what is given there is given here. DPoP has {@link DPoPIT} to itself.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectGrantRulesIT {
    private final TestRealm realm;

    DirectGrantRulesIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "openid", "openid phone", "openid address microprofile-jwt offline_access"})
    void S43_theTokensAreForTheScopesThatTheDirectGrantAskedFor(String scope) {
        TestUser plain = realm.newUser();
        Enrolled user = Enrolled.withTotp(realm);
        Answer asked = passwordGrant(user.user(), scope);
        assertThat(asked.field("error")).isEqualTo("mfa_required");
        Jwt after = Jwt.of(
                user.totp(asked.field("partial_auth_token"), user.device().code())
                        .field("accessToken"));
        Jwt without = Jwt.of(passwordGrant(plain, scope).field("access_token"));
        for (String claim : List.of("scope", "aud", "realm_access", "resource_access", "allowed-origins")) {
            assertThat(words(after, claim)).as(claim).isEqualTo(words(without, claim));
        }
        assertThat(words(after, "scope"))
                .containsAll(Set.of((scope.isEmpty() ? "email profile" : scope).split(" ", -1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"openid", "openid offline_access"})
    void S43_lightweightAccessTokensWork(String scope) {
        Enrolled user = Enrolled.withTotp(realm);
        setAttribute("client.use.lightweight.access.token.enabled", "true");
        try {
            Answer tokens = redeem(user, partial(user, scope));
            String access = tokens.field("accessToken");
            assertThat(Jwt.of(access).claims().has("resource_access"))
                    .as("it is lightweight")
                    .isFalse();
            assertThat(realm.api().get("/user/2fa").bearer(access).send().status())
                    .isEqualTo(200);
            assertThat(setUp(user.totp(access, user.device().code()).field("sudoToken")))
                    .isEqualTo("200");
            assertThat(setUp(tokens.field("sudoToken"))).isEqualTo("200");
            assertThat(setUp(access)).isEqualTo("SUDO_TOKEN_REQUIRED");
        } finally {
            setAttribute("client.use.lightweight.access.token.enabled", "false");
        }
    }

    @Test
    void S43_S33_offlineAccessGivesAnOfflineSessionAndASudoTokenThatRestsOnIt() {
        Enrolled user = Enrolled.withTotp(realm);
        realm.user(user.user()).logout();
        OidcClient client = new OidcClient(realm, OTHER_APP);
        Answer tokens = redeem(user, partial(user, "openid offline_access"));
        Jwt refresh = Jwt.of(tokens.field("refreshToken"));
        assertThat(refresh.claim("typ")).isEqualTo("Offline");
        assertThat(refresh.claims().has("exp")).isFalse();
        assertThat(realm.user(user.user()).getUserSessions())
                .as("online, as after a direct grant")
                .isEmpty();
        assertThat(realm.user(user.user()).getOfflineSessions(client.uuid())).hasSize(1);

        Answer renewed = client.refresh(tokens.field("refreshToken"));
        assertThat(client.userInfo(renewed.field("access_token")).status()).isEqualTo(200);
        String sudo = tokens.field("sudoToken");
        assertThat(setUp(sudo)).isEqualTo("200");
        assertThat(setUp(user.totp(renewed.field("access_token"), user.device().code())
                        .field("sudoToken")))
                .isEqualTo("200");

        realm.admin().deleteSession(refresh.claim("sid"), true);
        assertThat(setUp(sudo)).isEqualTo("INVALID_TOKEN");
    }

    @Test
    void S43_whoMayNotHaveOfflineAccessGetsNoTokensForItAndThePartialTokenIsNotSpent() {
        TestUser plain = realm.newUser();
        AccountRights.of(realm).readOnly(plain);
        Enrolled user = Enrolled.withTotp(realm);
        String partial = partial(user, "openid offline_access");
        AccountRights.of(realm).readOnly(user.user());
        int sessions = realm.user(user.user()).getUserSessions().size();
        assertThat(passwordGrant(plain, "openid offline_access").status())
                .as("at the direct grant")
                .isEqualTo(400);
        Answer answer = user.totp(partial, user.device().code());
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
        assertThat(realm.api().get("/user/2fa").bearer(partial).send().status()).isEqualTo(200);
    }

    @Test
    void S43_aClientThatUsesNoRefreshTokensGetsNone() {
        Enrolled user = Enrolled.withTotp(realm);
        setAttribute("use.refresh.tokens", "false");
        try {
            Answer tokens = redeem(user, partial(user, "openid"));
            assertThat(tokens.json().fieldNames()).toIterable().containsExactlyInAnyOrder("accessToken", "sudoToken");
            assertThat(setUp(tokens.field("sudoToken"))).isEqualTo("200");
        } finally {
            setAttribute("use.refresh.tokens", "true");
        }
    }

    @Test
    void S43_aRequiredActionKeepsTheUserOutAndDoesNotSpendThePartialToken() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        int sessions = realm.user(user.user()).getUserSessions().size();
        realm.update(user.user(), it -> it.setRequiredActions(List.of("UPDATE_PASSWORD")));
        assertNotSetUp(user.totp(partial, user.device().code()));
        assertNotSetUp(user.recoveryCode(partial, user.recoveryCode()));
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);

        realm.update(user.user(), it -> it.setRequiredActions(List.of()));
        assertThat(user.totp(partial, user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S43_aRequiredActionThatTheRealmDemandsAtLogInKeepsTheUserOutToo() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        realm.update(it -> it.setVerifyEmail(true));
        try {
            realm.update(user.user(), it -> it.setEmailVerified(false));
            assertNotSetUp(user.totp(partial, user.device().code()));
            assertThat(realm.user(user.user()).toRepresentation().getRequiredActions())
                    .as("a refusal writes nothing")
                    .isEmpty();
            realm.update(user.user(), it -> it.setEmailVerified(true));
            assertThat(user.totp(partial, user.device().code()).status()).isEqualTo(200);
        } finally {
            realm.update(it -> it.setVerifyEmail(false));
        }
    }

    @Test
    void S43_withoutTwoFactorARequiredActionKeepsTheUserOutOfLoginAsWell() {
        TestUser user = realm.newUser(it -> it.setRequiredActions(List.of("UPDATE_PASSWORD")));
        assertNotSetUp(login(user));
        assertThat(realm.user(user).getUserSessions()).isEmpty();
    }

    @Test
    void S43_aClientPolicyThatRejectsTheDirectGrantRejectsThePartialTokenAndDoesNotSpendIt() {
        Enrolled user = Enrolled.withTotp(realm);
        TestUser plain = realm.newUser();
        String partial = user.partialToken();
        int sessions = realm.user(user.user()).getUserSessions().size();
        DirectGrantPolicy.rejecting(realm, () -> {
            assertThat(realm.directGrant(plain).status())
                    .as("the policy works at the direct grant")
                    .isEqualTo(400);
            assertRefused(user.totp(partial, user.device().code()));
            assertRefused(user.recoveryCode(partial, user.recoveryCode()));
            assertRefused(login(plain));
            assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
            assertThat(realm.user(plain).getUserSessions()).isEmpty();
        });
        assertThat(user.totp(partial, user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S43_aClientThatAsksForConsentGetsNeitherPartialTokenNorTokens() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = partial(user, "openid");
        int sessions = realm.user(user.user()).getUserSessions().size();
        realm.updateClient(OTHER_APP, it -> it.setConsentRequired(true));
        try {
            assertThat(realm.directGrant(OTHER_APP, user.user(), Map.of()).field("error"))
                    .isEqualTo("invalid_client");
            Answer answer = user.totp(partial, user.device().code());
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.message()).isEqualTo("INVALID_TOKEN");
            assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
        } finally {
            realm.updateClient(OTHER_APP, it -> it.setConsentRequired(false));
        }
    }

    private String partial(Enrolled user, String scope) {
        return DirectGrant.partialToken(realm, OTHER_APP, user.user(), Map.of("scope", scope));
    }

    private static Answer redeem(Enrolled user, String partial) {
        Answer tokens = user.totp(partial, user.device().code());
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        return tokens;
    }

    private void setAttribute(String name, String value) {
        realm.updateClient(OTHER_APP, it -> it.getAttributes().put(name, value));
    }

    /** 200, or the code of the refusal. */
    private String setUp(String token) {
        Answer answer = realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(token)
                .json("{}")
                .send();
        return answer.status() == 200 ? "200" : answer.message();
    }

    private Answer login(TestUser user) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
    }

    /** No scope at all where it is blank. */
    private Answer passwordGrant(TestUser user, String scope) {
        Map<String, String> form = new HashMap<>(
                Map.of("grant_type", "password", "username", user.username(), "password", user.password()));
        if (!scope.isBlank()) {
            form.put("scope", scope);
        }
        return realm.token(APP, form);
    }

    private static void assertNotSetUp(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        assertThat(answer.message()).isEqualTo("ACCOUNT_NOT_SET_UP");
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        assertThat(answer.message()).isEqualTo("CLIENT_NOT_ALLOWED");
    }

    private static Set<String> words(Jwt token, String claim) {
        String text = token.claims().path(claim).toString();
        return new TreeSet<>(
                List.of(text.replaceAll("[^A-Za-z0-9_:/.-]+", " ").strip().split(" ", -1)));
    }
}
