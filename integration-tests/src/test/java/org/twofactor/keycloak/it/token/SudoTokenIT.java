package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.BadRequestException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** What a sudo token is, and how an app can tell: by the realm's public keys, or by asking Keycloak. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SudoTokenIT {
    private final TestRealm realm;
    private final Enrolled user;

    SudoTokenIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        // So that it is the kind of the token alone that makes it inactive.
        realm.updateClient(
                BACKEND, it -> it.getAttributes().put("allow.token.introspection.without.audience.check", "true"));
        this.user = Enrolled.withTotp(realm);
    }

    @Test
    void S31_itSaysWhatItIsWhoseItIsAndWhichSessionItRestsOnAndNothingElse() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Jwt sudo = Jwt.of(user.sudoToken());
        assertThat(sudo.header().required("typ").textValue()).isEqualTo("sudo+jwt");
        assertThat(sudo.header().required("alg").textValue()).isEqualTo("RS256");
        assertThat(sudo.claim("typ")).isEqualTo("Sudo");
        assertThat(sudo.claim("aud")).isEqualTo("sudo");
        assertThat(sudo.claim("iss")).isEqualTo(realm.api().base().toString());
        assertThat(sudo.claim("sub")).isEqualTo(user.user().id());
        assertThat(sudo.claim("sid")).isEqualTo(Jwt.of(user.accessToken()).claim("sid"));
        assertThat(sudo.claim("client_id")).isEqualTo(APP);
        assertThat(sudo.time("iat")).isBetween(before, Instant.now());
        assertThat(sudo.claims().fieldNames())
                .toIterable()
                .doesNotContain(
                        "azp", "scope", "email", "preferred_username", "name", "realm_access", "resource_access");
    }

    @Test
    void S31_ofALogInItRestsOnTheNewSession() {
        Answer tokens = user.logIn();
        assertThat(Jwt.of(tokens.field("sudoToken")).claim("sid"))
                .isEqualTo(Jwt.of(tokens.field("accessToken")).claim("sid"))
                .isNotEqualTo(Jwt.of(user.accessToken()).claim("sid"));
    }

    @Test
    void S31_eachHasAnIdOfItsOwn() {
        assertThat(List.of(jti(), jti(), jti())).doesNotHaveDuplicates().allMatch(id -> id.length() >= 32);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300, 900})
    void S31_itLivesAsLongAsTheSettingSays(int seconds) {
        realm.settings(Map.of("sudoLifespan", Integer.toString(seconds)));
        try {
            Jwt sudo = Jwt.of(user.sudoToken());
            assertThat(Duration.between(sudo.time("iat"), sudo.time("exp"))).isEqualTo(Duration.ofSeconds(seconds));
        } finally {
            realm.settings(Map.of("sudoLifespan", ""));
        }
    }

    @Test
    void S31_noSettingMakesItLiveLongerThanAQuarterOfAnHour() {
        assertThatThrownBy(() -> realm.settings(Map.of("sudoLifespan", "901"))).isInstanceOf(BadRequestException.class);
        Jwt sudo = Jwt.of(user.sudoToken());
        assertThat(Duration.between(sudo.time("iat"), sudo.time("exp"))).isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource({"RS256,RS256", "ES256,ES256", "PS256,PS256", "HS512,RS256"})
    void S31_theRealmsPublicKeysVerifyItWhicheverTheRealmSignsWith(String ofRealm, String expected) {
        realm.update(it -> it.setDefaultSignatureAlgorithm(ofRealm));
        try {
            String sudo = user.sudoToken();
            PublishedKey key = PublishedKey.of(sudo, realm);
            assertThat(key.algorithm()).isEqualTo(expected);
            assertThat(Jwt.of(sudo).header().required("alg").textValue()).isEqualTo(expected);
            assertThat(key.signed(sudo)).isTrue();
            assertThat(key.signed(sudo.replaceFirst("\\.ey", ".ez")))
                    .as("with another payload")
                    .isFalse();
            assertThat(setUp(sudo).status()).isEqualTo(200);
        } finally {
            realm.update(it -> it.setDefaultSignatureAlgorithm("RS256"));
        }
    }

    @Test
    void S31_introspectionWithTheHintKnowsIt() {
        String sudo = user.sudoToken();
        JsonNode known = introspect(sudo, Map.of("token_type_hint", "sudo_token"));
        assertThat(known.required("active").booleanValue()).isTrue();
        Jwt claims = Jwt.of(sudo);
        for (String claim : List.of("sub", "sid", "jti", "iat", "exp", "aud", "iss", "typ", "client_id", "acr")) {
            assertThat(known.required(claim))
                    .as(claim)
                    .isEqualTo(claims.claims().required(claim));
        }
        assertThat(StreamSupport.stream(known.required("amr").spliterator(), false)
                        .map(JsonNode::textValue))
                .containsExactly("otp", "mfa");
        assertThat(known.required("username").textValue()).isEqualTo(user.user().username());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "access_token", "refresh_token"})
    void S31_S32_withoutTheHintItIsInactive(String hint) {
        Map<String, String> more = hint.isEmpty() ? Map.of() : Map.of("token_type_hint", hint);
        String rightKind = realm.directGrant(
                        BACKEND, user.user(), Map.of("totp", user.device().code()))
                .field(hint.equals("refresh_token") ? "refresh_token" : "access_token");
        assertThat(introspect(rightKind, more).required("active").booleanValue())
                .isTrue();
        assertInactive(user.sudoToken(), more);
        assertInactive(user.partialToken(), more);
    }

    @Test
    void S31_S32_withTheHintEverythingElseIsInactive() {
        Map<String, String> hint = Map.of("token_type_hint", "sudo_token");
        Answer tokens = user.logIn();
        for (String other : List.of(
                tokens.field("accessToken"), tokens.field("refreshToken"), user.partialToken(), "garbage", "a.b.c")) {
            assertInactive(other, hint);
        }
    }

    @Test
    void S31_S33_introspectionKnowsOfTheLogOut() {
        Answer tokens = user.logIn();
        Map<String, String> hint = Map.of("token_type_hint", "sudo_token");
        String sudo = tokens.field("sudoToken");
        assertThat(introspect(sudo, hint).required("active").booleanValue()).isTrue();
        assertThat(OidcClient.of(realm).logOut(tokens.field("refreshToken")).status())
                .isEqualTo(204);
        assertInactive(sudo, hint);
    }

    @Test
    void S31_itOpensTheDoorManyTimesInItsLife() {
        Enrolled other = Enrolled.withTotp(realm);
        String sudo = other.sudoToken();
        for (int use = 0; use < 5; use++) {
            assertThat(setUp(sudo).status()).isEqualTo(200);
            assertThat(post("/user/2fa/recovery-code/reset", sudo).status()).isEqualTo(200);
        }
        assertThat(realm.api().delete("/user/2fa/totp").bearer(sudo).send().status())
                .isEqualTo(200);
        assertThat(setUp(sudo).status()).as("with 2FA off").isEqualTo(200);
    }

    @Test
    void S32_itsDoorsOpenForItsOwnerAlone() {
        Enrolled victim = Enrolled.withTotp(realm);
        Enrolled other = Enrolled.withTotp(realm);
        assertThat(realm.api()
                        .delete("/user/2fa/totp")
                        .bearer(other.sudoToken())
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(other.methods().json().required("enabled").booleanValue()).isFalse();
        assertThat(victim.methods().json().required("enabled").booleanValue()).isTrue();
    }

    @Test
    void S38_withoutItTheAnswerSaysWhichLogInWouldDo() {
        realm.settings(Map.of("totpLevel", "5", "emailOtpLevel", "4", "recoveryCodeLevel", "3", "sudoLifespan", "200"));
        try {
            Answer answer = setUp(freshAccessToken());
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.message()).isEqualTo("SUDO_TOKEN_REQUIRED");
            assertThat(answer.header("WWW-Authenticate").orElse(""))
                    .startsWith("Bearer ")
                    .contains("error=\"insufficient_user_authentication\"")
                    .contains("acr_values=\"3\"")
                    .contains("max_age=\"200\"");
        } finally {
            realm.settings(Map.of("totpLevel", "", "emailOtpLevel", "", "recoveryCodeLevel", "", "sudoLifespan", ""));
        }
    }

    private String jti() {
        return Jwt.of(user.sudoToken()).claim("jti");
    }

    private String freshAccessToken() {
        return user.logIn().field("accessToken");
    }

    private Answer setUp(String token) {
        return post("/user/2fa/totp/setup", token);
    }

    private Answer post(String path, String token) {
        return realm.api().post(path).bearer(token).json("{}").send();
    }

    private JsonNode introspect(String token, Map<String, String> more) {
        Answer answer = realm.introspect(token, more);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private void assertInactive(String token, Map<String, String> more) {
        assertThat(introspect(token, more).toString()).isEqualTo("{\"active\":false}");
    }
}
