package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.keycloak.representations.idm.ClientRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.TokenKind.Column;

/** Sudo and partial tokens die at once with whatever they rest on, and nobody is told why. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenDeathIT {
    private final TestRealm realm;

    TokenDeathIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CLIENT_WITHOUT_DIRECT_GRANT")
    void S33_theSudoTokenDies(Death death, ServerClock clock, Backdoor backdoor) {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = user.logIn();
        String sudo = tokens.field("sudoToken");
        Death.Scene scene = scene(user, tokens, clock, backdoor);
        assertThat(setUp(sudo).status()).isEqualTo(200);
        death.strike(scene);
        try {
            assertDead(setUp(sudo));
            Door.of(Column.PRESENCE).forEach(door -> assertDead(door.knock(realm.api(), sudo)));
        } finally {
            death.undo(scene);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"LOG_OUT", "SESSION_DELETED_BY_ADMIN", "SESSION_IDLE_TOO_LONG", "SESSION_TOO_OLD"})
    void S33_S25_thePartialTokenDies(Death death, ServerClock clock, Backdoor backdoor) {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = user.logIn();
        String partial = user.partialToken();
        Death.Scene scene = scene(user, tokens, clock, backdoor);
        assertThat(methods(partial).status()).isEqualTo(200);
        death.strike(scene);
        try {
            assertDead(methods(partial));
            assertDead(user.totp(partial, user.device().code()));
            assertDead(user.recoveryCode(partial, user.recoveryCode()));
            Door.of(Column.READ, Column.GUESS).forEach(door -> assertDead(door.knock(realm.api(), partial)));
        } finally {
            death.undo(scene);
        }
    }

    @Test
    void S33_bothLiveUntilTheirEndAndNotALittleLonger(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        String sudo = user.logIn().field("sudoToken");
        String partial = user.partialToken();
        clock.advance(Duration.ofMinutes(5).minusSeconds(15));
        assertThat(setUp(sudo).status()).isEqualTo(200);
        assertThat(methods(partial).status()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(16));
        assertDead(setUp(sudo));
        assertDead(methods(partial));
    }

    @Test
    void S33_thePartialTokenLivesAsLongAsTheSettingSays(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        realm.settings(Map.of("partialLifespan", "60"));
        String partial = user.partialToken();
        realm.settings(Map.of("partialLifespan", ""));
        clock.advance(Duration.ofSeconds(45));
        assertThat(methods(partial).status()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(16));
        assertDead(methods(partial));
    }

    @Test
    void S33_theLogOutOfOneSessionLeavesTheSudoTokenOfAnotherAlive() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer one = user.logIn();
        Answer another = user.logIn();
        assertThat(realm.api()
                        .post("/auth/logout")
                        .bearer(one.field("refreshToken"))
                        .send()
                        .status())
                .isEqualTo(204);
        assertDead(setUp(one.field("sudoToken")));
        assertThat(setUp(another.field("sudoToken")).status()).isEqualTo(200);
    }

    @Test
    void S33_bothDieWhenTheirClientIsDeleted() {
        ClientRepresentation shortLived =
                realm.admin().clients().findByClientId(OTHER_APP).get(0);
        shortLived.setId(null);
        shortLived.setClientId("short-lived");
        shortLived.setProtocolMappers(null);
        try (Response created = realm.admin().clients().create(shortLived)) {
            assertThat(created.getStatus()).isEqualTo(201);
        }
        Enrolled user = Enrolled.withTotp(realm);
        String spent = DirectGrant.partialToken(realm, "short-lived", user.user());
        String sudo = user.totp(spent, user.device().code()).field("sudoToken");
        String partial = DirectGrant.partialToken(realm, "short-lived", user.user());
        assertThat(setUp(sudo).status()).isEqualTo(200);
        assertThat(methods(partial).status()).isEqualTo(200);

        realm.admin().clients().get(new OidcClient(realm, "short-lived").uuid()).remove();
        assertDead(setUp(sudo));
        assertDead(methods(partial));
    }

    private Death.Scene scene(Enrolled user, Answer tokens, ServerClock clock, Backdoor backdoor) {
        return new Death.Scene(
                realm,
                user,
                Jwt.of(tokens.field("accessToken")).claim("sid"),
                tokens.field("refreshToken"),
                clock,
                backdoor);
    }

    private Answer setUp(String sudo) {
        return realm.api().post("/user/2fa/totp/setup").bearer(sudo).json("{}").send();
    }

    private Answer methods(String token) {
        return realm.api().get("/user/2fa").bearer(token).send();
    }

    private static void assertDead(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.message()).isEqualTo("INVALID_TOKEN");
    }
}
