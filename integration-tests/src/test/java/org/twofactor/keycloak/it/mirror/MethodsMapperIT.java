package org.twofactor.keycloak.it.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.ProtocolMapperRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** An app learns from the tokens what a user has enrolled. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MethodsMapperIT {
    private final TestRealm realm;

    MethodsMapperIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(MethodsMapperIT::addMapper)
                .create();
    }

    @Test
    void theClaimIsInEveryTokenThatTheMapperIsTold() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = realm.directGrant(
                "app", user.user(), Map.of("totp", user.device().code()));
        String expected = "[\"totp\",\"recovery-code\"]";
        assertThat(claim(tokens.field("access_token")).toString()).isEqualTo(expected);
        assertThat(claim(tokens.field("id_token")).toString()).isEqualTo(expected);
        Answer userinfo = realm.api()
                .get("/protocol/openid-connect/userinfo")
                .bearer(tokens.field("access_token"))
                .send();
        assertThat(userinfo.json().get("two_factor_methods").toString()).isEqualTo(expected);
    }

    @Test
    void withoutTwoFactorTheClaimIsAnEmptyList() {
        TestUser user = realm.newUser();
        assertThat(claim(realm.accessToken(user)).toString()).isEqualTo("[]");
    }

    @Test
    void theClaimComesFromTheCredentialsAndNotFromTheAttribute(Backdoor backdoor) {
        Enrolled user = Enrolled.withTotp(realm);
        backdoor.update("delete from USER_ATTRIBUTE where NAME = 'twoFactorMethods'");
        backdoor.update("insert into USER_ATTRIBUTE (ID, NAME, VALUE, USER_ID) values ('" + UUID.randomUUID()
                + "', 'twoFactorMethods', 'webauthn', '" + user.user().id() + "')");
        assertThat(claim(user.newAccessToken()).toString()).isEqualTo("[\"totp\",\"recovery-code\"]");
    }

    @Test
    void aRefreshedTokenTellsWhatIsEnrolledNow() {
        TestUser user = realm.newUser();
        Answer tokens = realm.directGrant(user);
        assertThat(claim(tokens.field("access_token"))).isEmpty();
        Enrolled.withTotp(realm, user);
        Answer refreshed = realm.token(
                "app", Map.of("grant_type", "refresh_token", "refresh_token", tokens.field("refresh_token")));
        assertThat(claim(refreshed.field("access_token")).toString()).isEqualTo("[\"totp\",\"recovery-code\"]");
    }

    private static JsonNode claim(String token) {
        return Jwt.of(token).claims().get("two_factor_methods");
    }

    private static void addMapper(RealmRepresentation realm) {
        ProtocolMapperRepresentation mapper = new ProtocolMapperRepresentation();
        mapper.setName("two-factor methods");
        mapper.setProtocol("openid-connect");
        mapper.setProtocolMapper("two-factor-methods-mapper");
        mapper.setConfig(Map.of(
                "access.token.claim", "true",
                "id.token.claim", "true",
                "userinfo.token.claim", "true"));
        for (ClientRepresentation client : realm.getClients()) {
            List<ProtocolMapperRepresentation> mappers = new ArrayList<>(client.getProtocolMappers());
            mappers.add(mapper);
            client.setProtocolMappers(mappers);
        }
    }
}
