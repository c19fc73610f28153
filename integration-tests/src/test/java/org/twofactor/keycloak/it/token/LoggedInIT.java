package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keycloak.admin.client.resource.ProtocolMappersResource;
import org.keycloak.representations.idm.ProtocolMapperRepresentation;
import org.keycloak.representations.idm.UserSessionRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** A second factor over REST ends in a log-in like any other: a session and tokens that all of Keycloak knows. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoggedInIT {
    private static final int TOTP_LEVEL = 3;
    private static final int RECOVERY_CODE_LEVEL = 4;

    private final TestRealm realm;

    LoggedInIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of(
                        "totpLevel", Integer.toString(TOTP_LEVEL),
                        "recoveryCodeLevel", Integer.toString(RECOVERY_CODE_LEVEL)))
                .create();
        // As an app's own back end would: else only clients in the audience may ask.
        realm.updateClient(
                BACKEND, it -> it.getAttributes().put("allow.token.introspection.without.audience.check", "true"));
    }

    /** The two ways to a partial auth token. */
    enum Source {
        AUTH_LOGIN {
            @Override
            String partialToken(TestRealm realm, Enrolled user) {
                return user.partialToken();
            }
        },
        DIRECT_GRANT {
            @Override
            String partialToken(TestRealm realm, Enrolled user) {
                return DirectGrant.partialToken(realm, APP, user.user());
            }
        };

        abstract String partialToken(TestRealm realm, Enrolled user);
    }

    @ParameterizedTest
    @EnumSource
    void S36_theTokensAreKeycloaksOwnWhicheverWayThePartialTokenCame(Source source) {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens =
                user.totp(source.partialToken(realm, user), user.device().code());
        assertThat(tokens.json().fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("accessToken", "refreshToken", "sudoToken");
        OidcClient app = OidcClient.of(realm);
        String access = tokens.field("accessToken");
        String sid = Jwt.of(access).claim("sid");

        assertThat(app.userInfo(access).field("sub")).isEqualTo(user.user().id());
        JsonNode known = realm.introspect(access, Map.of()).json();
        assertThat(known.get("active").booleanValue()).isTrue();
        assertThat(known.get("username").textValue()).isEqualTo(user.user().username());
        assertThat(sessions(user))
                .filteredOn(it -> it.getId().equals(sid))
                .singleElement()
                .satisfies(it -> assertThat(it.getClients().values()).containsExactly(APP));

        Answer refreshed = app.refresh(tokens.field("refreshToken"));
        assertThat(refreshed.status()).as(refreshed.text()).isEqualTo(200);
        assertThat(Jwt.of(refreshed.field("access_token")).claim("sid")).isEqualTo(sid);

        assertThat(app.logOut(refreshed.field("refresh_token")).status()).isEqualTo(204);
        assertThat(app.userInfo(access).status()).isEqualTo(401);
        assertThat(app.refresh(tokens.field("refreshToken")).status()).isEqualTo(400);
        assertThat(sessions(user)).noneMatch(it -> it.getId().equals(sid));
        assertThat(realm.api()
                        .post("/user/2fa/totp/setup")
                        .bearer(tokens.field("sudoToken"))
                        .json("{}")
                        .send()
                        .message())
                .isEqualTo("INVALID_TOKEN");
    }

    @Test
    void S36_acrIsTheLevelOfTheFactorAndAmrNamesItAndBothSurviveTheRefresh() {
        Enrolled user = Enrolled.withTotp(realm);
        Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Answer byTotp = user.logIn();
        assertLoggedInWith(byTotp, TOTP_LEVEL, before, "pwd", "otp", "mfa");

        Answer byRecoveryCode = user.recoveryCode(user.partialToken(), user.recoveryCode());
        assertLoggedInWith(byRecoveryCode, RECOVERY_CODE_LEVEL, before, "pwd", "recovery");
    }

    private void assertLoggedInWith(Answer tokens, int level, Instant before, String... methods) {
        String first = tokens.field("accessToken");
        String second =
                OidcClient.of(realm).refresh(tokens.field("refreshToken")).field("access_token");
        assertThat(second).isNotEqualTo(first);
        for (String token : List.of(first, second)) {
            Jwt jwt = Jwt.of(token);
            assertThat(jwt.claim("acr")).isEqualTo(Integer.toString(level));
            assertThat(amr(jwt)).containsExactlyInAnyOrder(methods);
            assertThat(jwt.time("auth_time")).isBetween(before, Instant.now());
        }
    }

    @Test
    void S36_theMappersConfigurationSaysWhatAmrSays() {
        Enrolled user = Enrolled.withTotp(realm);
        ProtocolMappersResource mappers = realm.admin()
                .clients()
                .get(new OidcClient(realm, OTHER_APP).uuid())
                .getProtocolMappers();
        ProtocolMapperRepresentation amr = mappers.getMappers().stream()
                .filter(it -> it.getProtocolMapper().equals("two-factor-amr-mapper"))
                .findFirst()
                .orElseThrow();
        amr.getConfig().put("amr.totp", "  hwk   user ");
        mappers.update(amr.getId(), amr);

        Answer tokens = user.totp(
                DirectGrant.partialToken(realm, OTHER_APP, user.user()),
                user.device().code());
        assertThat(amr(Jwt.of(tokens.field("accessToken")))).containsExactlyInAnyOrder("pwd", "hwk", "user");
        assertThat(amr(Jwt.of(user.logIn().field("accessToken"))))
                .as("of the client whose mapper is as it comes")
                .containsExactlyInAnyOrder("pwd", "otp", "mfa");
    }

    @Test
    void S36_anAccessTokenGetsASudoTokenAloneAndNoNewSession() {
        Enrolled user = Enrolled.withTotp(realm);
        int before = sessions(user).size();
        for (Answer answer : List.of(
                user.totp(user.accessToken(), user.device().code()),
                user.recoveryCode(user.accessToken(), user.recoveryCode()))) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.json().fieldNames()).toIterable().containsExactly("sudoToken");
        }
        assertThat(sessions(user)).hasSize(before);
    }

    @Test
    void S35_noSessionExistsBeforeThePartialTokenIsRedeemedAndOneAfter() {
        Enrolled user = Enrolled.withTotp(realm);
        realm.user(user.user()).logout();
        String partial = user.partialToken();
        DirectGrant.partialToken(realm, APP, user.user());
        assertThat(user.totp(partial, user.device().wrongCode()).message()).isEqualTo("TOTP_INVALID");
        assertThat(sessions(user)).isEmpty();

        Answer tokens = user.totp(partial, user.device().code());
        assertThat(tokens.status())
                .as("a wrong code does not spend it: %s", tokens.text())
                .isEqualTo(200);
        assertThat(sessions(user)).hasSize(1);
    }

    @Test
    void S35_aPartialTokenIsSpentByOneSuccessWhicheverTheFactor() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        assertThat(user.totp(partial, user.device().code()).status()).isEqualTo(200);
        int sessions = sessions(user).size();
        assertThat(user.totp(partial, user.device().code()).message()).isEqualTo("INVALID_TOKEN");
        assertThat(user.recoveryCode(partial, user.recoveryCode()).message()).isEqualTo("INVALID_TOKEN");
        assertThat(realm.api().get("/user/2fa").bearer(partial).send().message())
                .isEqualTo("INVALID_TOKEN");
        assertThat(sessions(user)).hasSize(sessions);
    }

    @Test
    void S35_aPartialTokenMakesTokensOfItsOwnClientOnly() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = user.totp(
                DirectGrant.partialToken(realm, OTHER_APP, user.user()),
                user.device().code());
        assertThat(Jwt.of(tokens.field("accessToken")).claim("azp")).isEqualTo(OTHER_APP);
        assertThat(Jwt.of(tokens.field("refreshToken")).claim("azp")).isEqualTo(OTHER_APP);
        assertThat(Jwt.of(tokens.field("sudoToken")).claim("client_id")).isEqualTo(OTHER_APP);
        assertThat(OidcClient.of(realm).refresh(tokens.field("refreshToken")).status())
                .isEqualTo(400);
        assertThat(new OidcClient(realm, OTHER_APP)
                        .refresh(tokens.field("refreshToken"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S35_thePartialTokenOfAConfidentialClientIsRefusedSinceNothingAuthenticatesTheClient() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = DirectGrant.partialToken(realm, BACKEND, user.user());
        int sessions = sessions(user).size();
        for (Answer answer : List.of(
                user.totp(partial, user.device().code()),
                user.recoveryCode(partial, user.recoveryCode()),
                realm.api().get("/user/2fa").bearer(partial).send())) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.message()).isEqualTo("CLIENT_NOT_ALLOWED");
        }
        assertThat(sessions(user)).hasSize(sessions);
    }

    private List<UserSessionRepresentation> sessions(Enrolled user) {
        return realm.user(user.user()).getUserSessions();
    }

    private static List<String> amr(Jwt jwt) {
        return StreamSupport.stream(jwt.claims().required("amr").spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }
}
