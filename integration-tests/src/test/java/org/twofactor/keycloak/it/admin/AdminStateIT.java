package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.login.Locked;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** What a support desk sees of a user: enough to help, and nothing that would let it in. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminStateIT {
    private final TestRealm realm;
    private final SupportDesk desk;

    AdminStateIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .bruteForce(30)
                .settings(Map.of("freeGuesses", "10", "lockAfter", "10"))
                .create();
        this.desk = SupportDesk.with(realm, "view-users");
    }

    @Test
    void aUserWithoutAnythingHasAStateToo() {
        TestUser user = realm.newUser();
        JsonNode state = desk.state(user).json();
        assertThat(state.get("id").asText()).isEqualTo(user.id());
        assertThat(state.get("username").asText()).isEqualTo(user.username());
        assertThat(state.get("enabled").asBoolean()).isFalse();
        assertThat(state.get("accountEnabled").asBoolean()).isTrue();
        assertThat(state.get("bruteForceLocked").asBoolean()).isFalse();
        assertThat(state.get("methods")).isEmpty();
        assertThat(state.at("/factors/totp/active").asBoolean()).isFalse();
        assertThat(state.at("/factors/totp/failures").asInt()).isZero();
        assertThat(state.at("/factors/totp/retryAfter").asInt()).isZero();
        assertThat(state.at("/factors/totp/lock").isMissingNode()).isTrue();
        assertThat(state.at("/factors/totp/completedAt").isMissingNode()).isTrue();
        assertThat(state.at("/factors/recovery-code/remaining").isMissingNode()).isTrue();
        assertThat(state.at("/password/failures").asInt()).isZero();
        assertThat(state.at("/password/retryAfter").asInt()).isZero();
    }

    @Test
    void S46_theStateTellsWhatIsEnrolledSinceWhenAndHowManyCodesAreLeft() {
        Enrolled user = Enrolled.withTotp(realm);
        user.recoveryCode(user.partialToken(), user.recoveryCode());
        JsonNode state = desk.state(user.user()).json();
        assertThat(state.get("enabled").asBoolean()).isTrue();
        assertThat(state.get("methods").toString()).isEqualTo("[\"totp\",\"recovery-code\"]");
        assertThat(Instant.parse(state.at("/factors/totp/completedAt").asText()))
                .isEqualTo(user.methods().json().at("/totp/completedAt").asText());
        assertThat(state.at("/factors/recovery-code/remaining").asInt()).isEqualTo(9);
    }

    @Test
    void theStateTellsWhereMailCodesGo(Inbox inbox) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        JsonNode state = desk.state(user.user()).json();
        assertThat(state.get("methods").toString()).isEqualTo("[\"email-otp\",\"recovery-code\"]");
        assertThat(state.at("/factors/email-otp/email").asText()).isEqualTo(user.address());
        assertThat(state.at("/factors/email-otp/active").asBoolean()).isTrue();
        assertThat(state.at("/factors/totp/active").asBoolean()).isFalse();
    }

    @Test
    void S19_theStateTellsOfWaitsAndLocksOfEachFactorAndOfThePassword() {
        Enrolled user = Enrolled.withTotp(realm);
        for (int guess = 0; guess < 10; guess++) {
            user.totp(user.accessToken(), user.device().wrongCode());
        }
        user.recoveryCode(user.accessToken(), "AAAAAAAAAAAAAAAA");
        for (int guess = 0; guess < 10; guess++) {
            realm.api()
                    .post("/auth/login")
                    .json(Map.of("username", user.user().username(), "password", "Wrong-1-wrong"))
                    .send();
        }
        JsonNode state = desk.state(user.user()).json();
        assertThat(state.at("/factors/totp/lock/failures").asInt()).isEqualTo(10);
        assertThat(Instant.parse(state.at("/factors/totp/lock/since").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(state.at("/factors/totp/retryAfter").asInt()).isEqualTo(3600);
        assertThat(state.at("/factors/recovery-code/failures").asInt()).isEqualTo(1);
        assertThat(state.at("/factors/recovery-code/retryAfter").asInt()).isZero();
        assertThat(state.at("/password/failures").asInt()).isEqualTo(10);
        assertThat(state.at("/password/retryAfter").asInt()).isBetween(1, 30);
    }

    @Test
    void S25_theStateTellsOfADisabledAccountAndOfKeycloaksOwnLock() {
        TestUser user = realm.newUser();
        // Keycloak counts in the background, and of failures that come fast not every one.
        for (int failure = 0; failure < 60; failure++) {
            realm.directGrant(new TestUser(user.id(), user.username(), user.email(), "wrong"));
        }
        Locked.await(realm, user);
        assertThat(desk.state(user).json().get("bruteForceLocked").asBoolean()).isTrue();
        realm.update(user, it -> it.setEnabled(false));
        assertThat(desk.state(user).json().get("accountEnabled").asBoolean()).isFalse();
    }

    @Test
    void S58_noAnswerHoldsASeedACodeOrAHash() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer state = desk.state(user.user());
        Answer page = desk.users("?max=500");
        assertThat(page.text()).contains(user.user().id());
        assertThat(IssuedSecrets.all()).containsKey(user.recoveryCodes().get(0)).containsValue("TOTP seed");
        for (Answer answer : List.of(state, page)) {
            assertThat(answer.text())
                    .doesNotContain(IssuedSecrets.all().keySet())
                    .doesNotContain("secretData", "hash", "salt");
        }
    }
}
