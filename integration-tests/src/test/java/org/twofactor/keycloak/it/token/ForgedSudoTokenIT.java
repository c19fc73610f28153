package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
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

/**
 * A sudo token that is wrong in one thing opens nothing. The realm's key is known to the test, so that most forgeries have
 * a right signature: what refuses them is the check that they were made for.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForgedSudoTokenIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestRealm realm;
    private final TestRealm otherRealm;
    private final RealmKey realmKey;
    private final Enrolled user;
    private final String genuine;

    private Map<String, Object> header;
    private Map<String, Object> claims;

    ForgedSudoTokenIT(NewRealm newRealm, NewRealm another) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.otherRealm = another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.realmKey = RealmKey.of(realm);
        this.user = Enrolled.withTotp(realm);
        this.genuine = user.sudoToken();
    }

    @BeforeEach
    void startFromTheGenuineOne() {
        Jwt token = Jwt.of(genuine);
        header = new HashMap<>(JSON.convertValue(token.header(), new TypeReference<Map<String, Object>>() {}));
        claims = new HashMap<>(JSON.convertValue(token.claims(), new TypeReference<Map<String, Object>>() {}));
    }

    @Test
    void S31_theTestSignsAsTheRealmDoes() {
        claims.put("jti", UUID.randomUUID().toString());
        assertThat(sudoDoor(signed()).status()).isEqualTo(200);
        assertThat(active(signed())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "typ, JWT",
        "typ, at+jwt",
        "typ, ''",
        "kid, unknown",
        "alg, RS512",
    })
    void S31_aHeaderThatIsNotOfASudoTokenIsRefused(String parameter, String value) {
        header.put(parameter, value);
        assertRefused(signed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"typ", "kid"})
    void S31_aHeaderThatLeavesSomethingOutIsRefused(String parameter) {
        header.remove(parameter);
        assertRefused(signed());
    }

    @ParameterizedTest
    @CsvSource({
        "typ, Bearer",
        "typ, Refresh",
        "typ, ID",
        "typ, ''",
        "aud, account",
        "aud, app",
        "aud, ''",
        "iss, https://id.example.org/realms/demo",
        "iss, ''",
        "sub, 00000000-0000-0000-0000-000000000000",
        "sub, ''",
        "sid, 00000000-0000-0000-0000-000000000000",
        "sid, ''",
        "client_id, other-app",
        "client_id, nobody",
        "client_id, ''",
    })
    void S31_aClaimThatIsNotOfThisRealmsSudoTokensIsRefused(String claim, String value) {
        claims.put(claim, value);
        assertRefused(signed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"typ", "aud", "iss", "sub", "sid", "client_id", "iat", "exp"})
    void S31_aMissingClaimIsRefused(String claim) {
        claims.remove(claim);
        assertRefused(signed());
    }

    @Test
    void S31_anExpiredOneIsRefused() {
        claims.put("exp", Instant.now().minusSeconds(1).getEpochSecond());
        assertRefused(signed());
    }

    @Test
    void S31_oneOfAnotherUserWithThisUsersSessionIsRefusedAndTheOtherWayRound() {
        Enrolled other = Enrolled.withTotp(realm);
        claims.put("sub", other.user().id());
        assertRefused(signed());
        claims.put("sub", user.user().id());
        claims.put("sid", Jwt.of(other.accessToken()).claim("sid"));
        assertRefused(signed());
    }

    @Test
    void S31_anotherRealmsTokensAndKeysAreRefused() {
        Enrolled elsewhere = Enrolled.withTotp(otherRealm);
        assertRefused(elsewhere.sudoToken());
        // Right in every claim, and signed by the key of a realm of the same server.
        SigningKey othersKey = RealmKey.of(otherRealm).key();
        assertRefused(othersKey.sign(header, claims));
        header.put("kid", RealmKey.of(otherRealm).id());
        assertRefused(othersKey.sign(header, claims));
    }

    @Test
    void S31_aKeyThatTheTokenBringsAlongIsNotBelieved() {
        SigningKey own = SigningKey.ec();
        header.put("alg", "ES256");
        header.put("jwk", own.publicJwk());
        header.put("jku", "https://attacker.example.org/keys");
        assertRefused(own.sign(header, claims));
        header.remove("kid");
        assertRefused(own.sign(header, claims));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE"})
    void S31_anUnsignedOneIsRefused(String algorithm) {
        header.put("alg", algorithm);
        assertRefused(SigningKey.unsigned(header, claims));
        header.remove("kid");
        assertRefused(SigningKey.unsigned(header, claims));
    }

    @Test
    void S31_onePublicKeyIsNoSharedSecret() {
        header.put("alg", "HS256");
        String pem = realmKey.key().publicKeyPem();
        for (byte[] secret : List.of(
                realmKey.key().publicKeyBytes(),
                pem.getBytes(StandardCharsets.US_ASCII),
                pem.replaceAll("-----.*-----|\\s", "").getBytes(StandardCharsets.US_ASCII))) {
            assertRefused(SigningKey.macWith(secret, header, claims));
        }
    }

    @Test
    void S31_aChangedPayloadOrASignatureOfAnotherTokenIsRefused() {
        List<String> parts = List.of(genuine.split("\\.", -1));
        claims.put("exp", Instant.now().plusSeconds(100_000).getEpochSecond());
        List<String> longer = List.of(signed().split("\\.", -1));
        assertRefused(parts.get(0) + "." + longer.get(1) + "." + parts.get(2));
        assertRefused(parts.get(0) + "." + parts.get(1) + "." + longer.get(2));
        assertRefused(parts.get(0) + "." + parts.get(1) + ".");
    }

    @Test
    void S32_aTokenThatIsHalfSudoAndHalfAccessTokenOpensNeitherDoor() {
        Map<String, Object> access = new HashMap<>(
                JSON.convertValue(Jwt.of(user.accessToken()).claims(), new TypeReference<Map<String, Object>>() {}));
        String headerOfSudo = realmKey.key().sign(header, access);
        assertRefused(headerOfSudo);
        assertThat(accessDoor(headerOfSudo).message()).isEqualTo("INVALID_TOKEN");

        header.put("typ", "JWT");
        assertThat(accessDoor(realmKey.key().sign(header, access)).status())
                .as("it is the header alone that shuts it out")
                .isEqualTo(200);
        access.put("typ", "Sudo");
        String claimsOfSudo = realmKey.key().sign(header, access);
        assertRefused(claimsOfSudo);
        assertThat(accessDoor(claimsOfSudo).message()).isEqualTo("INVALID_TOKEN");
    }

    private String signed() {
        return realmKey.key().sign(header, claims);
    }

    private void assertRefused(String forged) {
        Answer answer = sudoDoor(forged);
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.message()).isEqualTo("INVALID_TOKEN");
        assertThat(active(forged)).isFalse();
    }

    private Answer sudoDoor(String token) {
        return realm.api().post("/user/2fa/totp/setup").bearer(token).json("{}").send();
    }

    private Answer accessDoor(String token) {
        return realm.api().get("/user/2fa").bearer(token).send();
    }

    private boolean active(String token) {
        Answer answer = realm.introspect(token, Map.of("token_type_hint", "sudo_token"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().required("active").booleanValue();
    }
}
