package org.twofactor.keycloak.it.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Keycloak's token endpoint with a password: {@code mfa_required}, or an inline code. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectGrantIT {
    private final TestRealm realm;

    DirectGrantIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @Test
    void S39_withTwoFactorOnThePasswordAloneGivesAPartialTokenAndNoSession() {
        Enrolled user = Enrolled.withTotp(realm);
        int sessions = realm.user(user.user()).getUserSessions().size();
        Answer grant = realm.directGrant(user.user());
        assertThat(grant.status()).isEqualTo(400);
        assertThat(grant.field("error")).isEqualTo("mfa_required");
        assertThat(grant.field("error_description")).isNotBlank();
        assertThat(grant.field("partial_auth_token")).isNotBlank();
        assertThat(grant.json().get("methods")).hasToString("[\"totp\",\"recovery-code\"]");
        assertThat(grant.json().has("access_token")).isFalse();
        assertThat(grant.header("Cache-Control")).contains("no-store");
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
    }

    @Test
    void S36_anInlineTotpLogsInWithAcrAndAmr() {
        Enrolled user = Enrolled.withTotp(realm);
        for (String name : new String[] {"totp", "otp"}) {
            Answer grant = realm.directGrant(
                    TestClients.APP, user.user(), Map.of(name, user.device().code()));
            assertThat(grant.status()).as(grant.text()).isEqualTo(200);
            Jwt token = Jwt.of(grant.field("access_token"));
            assertThat(token.claim("acr")).isEqualTo("2");
            assertThat(token.claims().get("amr")).hasToString("[\"pwd\",\"otp\",\"mfa\"]");
        }
    }

    @Test
    void aConfidentialClientMayGiveTheCodeInline() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer grant = realm.directGrant(
                TestClients.BACKEND, user.user(), Map.of("totp", user.device().code()));
        assertThat(grant.status()).as(grant.text()).isEqualTo(200);
    }

    @Test
    void S30_aWrongInlineCodeReadsLikeAWrongPassword() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer wrongCode = realm.directGrant(
                TestClients.APP, user.user(), Map.of("totp", user.device().wrongCode()));
        Answer wrongPassword = realm.directGrant(TestClients.APP, user.user(), Map.of("password", "wrong"));
        assertThat(wrongCode.status()).isEqualTo(400);
        assertThat(wrongCode.field("error")).isEqualTo("invalid_grant");
        assertThat(wrongCode.field("error_description")).isEqualTo(wrongPassword.field("error_description"));
    }

    @Test
    void S17_S21_inlineGuessesCountWithThoseOverRest() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int guess = 0; guess < 3; guess++) {
            realm.directGrant(
                    TestClients.APP, user.user(), Map.of("totp", user.device().wrongCode()));
        }
        for (int guess = 0; guess < 2; guess++) {
            assertThat(user.totp(user.accessToken(), user.device().wrongCode()).status())
                    .isEqualTo(401);
        }
        Answer blocked = realm.directGrant(
                TestClients.APP, user.user(), Map.of("totp", user.device().code()));
        assertThat(blocked.status()).isEqualTo(429);
        assertThat(blocked.retryAfter()).isBetween(1, 30);
        assertThat(blocked.header("Retry-After")).contains(Integer.toString(blocked.retryAfter()));
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(429);
    }

    @Test
    void S26_aWrongInlineCodeCountsOnceInTheRealmsOwnDetection(NewRealm newRealm) {
        TestRealm guarded = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .bruteForce(2)
                .create();
        Enrolled user = Enrolled.withTotp(guarded);
        guarded.directGrant(
                TestClients.APP, user.user(), Map.of("totp", user.device().wrongCode()));
        guarded.directGrant(
                TestClients.APP, user.user(), Map.of("totp", user.device().wrongCode()));
        Locked.await(guarded, user.user());
        assertThat(guarded.admin()
                        .attackDetection()
                        .bruteForceUserStatus(user.user().id()))
                .containsEntry("numFailures", 2);
    }

    @Test
    void withoutTwoFactorACodeIsNotAskedForAndNotMinded() {
        TestUser user = realm.newUser();
        assertThat(realm.directGrant(user).status()).isEqualTo(200);
        assertThat(realm.directGrant(TestClients.APP, user, Map.of("totp", "123456"))
                        .status())
                .isEqualTo(200);
    }
}
