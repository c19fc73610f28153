package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.TokenKind.Column;

/** Whom the realm has locked, disabled or deleted is refused at every step, whatever tokens are still in hand. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockedOutIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestRealm realm;

    LockedOutIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .bruteForce(1)
                .create();
    }

    @Test
    void S25_whomTheRealmsOwnDetectionLocksIsRefusedUntilTheLockEnds(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        Tokens tokens = Tokens.of(user);
        lock(user.user());
        assertRefusedEverywhere(user, tokens);

        clock.advance(Duration.ofSeconds(62));
        assertWelcome(user, tokens);
    }

    @Test
    void S25_aDisabledUserIsRefusedUntilEnabledAgain() {
        Enrolled user = Enrolled.withTotp(realm);
        Tokens tokens = Tokens.of(user);
        realm.update(user.user(), it -> it.setEnabled(false));
        assertRefusedEverywhere(user, tokens);

        realm.update(user.user(), it -> it.setEnabled(true));
        assertWelcome(user, tokens);
    }

    @Test
    void S25_aDeletedUserIsRefused() {
        Enrolled user = Enrolled.withTotp(realm);
        Tokens tokens = Tokens.of(user);
        realm.user(user.user()).remove();
        assertRefusedEverywhere(user, tokens);
    }

    @Test
    void S25_withoutTwoFactorALockedUserGetsNoTokensEither() {
        TestUser user = realm.newUser();
        String refresh = login(user).text();
        lock(user);
        assertThat(login(user).message()).isEqualTo("PASSWORD_INCORRECT");
        assertInvalid(get("/auth/accesstoken", refresh));
    }

    /** All that a user may hold when the lock falls. */
    private record Tokens(String access, String refresh, String partial, String sudo) {
        static Tokens of(Enrolled user) {
            Answer login = user.logIn();
            return new Tokens(
                    login.field("accessToken"),
                    login.field("refreshToken"),
                    user.partialToken(),
                    login.field("sudoToken"));
        }
    }

    private void assertRefusedEverywhere(Enrolled user, Tokens tokens) {
        for (String token : new String[] {tokens.access(), tokens.partial()}) {
            assertInvalid(get("/user/2fa", token));
            assertInvalid(user.totp(token, user.device().code()));
            assertInvalid(user.recoveryCode(token, user.recoveryCode()));
            Door.of(Column.READ, Column.GUESS).forEach(door -> assertInvalid(door.knock(realm.api(), token)));
        }
        Door.of(Column.MANAGE, Column.VALIDATE)
                .forEach(door -> assertInvalid(door.knock(realm.api(), tokens.access())));
        assertInvalid(setUp(tokens.sudo()));
        Door.of(Column.PRESENCE).forEach(door -> assertInvalid(door.knock(realm.api(), tokens.sudo())));
        for (String door : new String[] {"/auth/refreshtoken", "/auth/accesstoken", "/auth/refreshtoken/validate"}) {
            assertInvalid(get(door, tokens.refresh()));
        }
        Answer login = login(user.user());
        assertThat(login.status()).isEqualTo(401);
        assertThat(login.message()).isEqualTo("PASSWORD_INCORRECT");
    }

    private void assertWelcome(Enrolled user, Tokens tokens) {
        assertThat(get("/user/2fa", tokens.access()).status()).isEqualTo(200);
        assertThat(setUp(tokens.sudo()).status()).isEqualTo(200);
        assertThat(get("/auth/accesstoken", tokens.refresh()).status()).isEqualTo(200);
        assertThat(user.recoveryCode(tokens.partial(), user.recoveryCode()).status())
                .isEqualTo(200);
        assertThat(login(user.user()).message()).isEqualTo("2FA_REQUIRED");
    }

    /** Keycloak counts in the background, and has no other way to tell that it has done so. */
    private void lock(TestUser user) {
        assertThat(realm.directGrant(APP, user, Map.of("password", "wrong")).field("error"))
                .isEqualTo("invalid_grant");
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Boolean.TRUE.equals(
                realm.admin().attackDetection().bruteForceUserStatus(user.id()).get("disabled"))) {
            assertThat(Instant.now()).as("Keycloak locks the user").isBefore(deadline);
        }
    }

    private Answer get(String path, String token) {
        return realm.api().get(path).bearer(token).send();
    }

    private Answer setUp(String sudo) {
        return realm.api().post("/user/2fa/totp/setup").bearer(sudo).json("{}").send();
    }

    private Answer login(TestUser user) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
    }

    private static void assertInvalid(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.message()).isEqualTo("INVALID_TOKEN");
    }
}
