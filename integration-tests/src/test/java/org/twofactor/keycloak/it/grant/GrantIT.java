package org.twofactor.keycloak.it.grant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.EventRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.OidcClient;

/** A client that authenticates itself logs its users in with two factors, at Keycloak's token endpoint alone. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantIT {
    private final TestRealm realm;
    private final Inbox inbox;
    private final GrantClient backend;

    GrantIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(GrantIT::letClientsIntrospectTheirTokens)
                .create();
        this.inbox = inbox;
        this.backend = GrantClient.confidential(realm);
    }

    @Test
    void discoveryNamesTheGrant() {
        JsonNode grants = realm.api()
                .get("/.well-known/openid-configuration")
                .send()
                .json()
                .get("grant_types_supported");
        assertThat(grants).extracting(JsonNode::asText).contains(GrantClient.GRANT_TYPE);
    }

    @Test
    void S35_S36_aConfidentialClientGetsKeycloaksTokensOfARealSessionAndASudoToken() {
        Enrolled user = Enrolled.withTotp(realm);
        realm.user(user.user()).logout();
        String partial = backend.partialToken(user.user());
        assertThat(realm.user(user.user()).getUserSessions())
                .as("before the second factor")
                .isEmpty();

        Answer tokens = redeemed(backend.redeem(partial, "totp", user.device().code()));
        assertThat(tokens.json().fieldNames())
                .toIterable()
                .contains(
                        "access_token",
                        "expires_in",
                        "refresh_token",
                        "refresh_expires_in",
                        "id_token",
                        "session_state",
                        "scope",
                        "sudo_token");
        assertThat(tokens.field("token_type")).isEqualTo("Bearer");
        Jwt access = Jwt.of(tokens.field("access_token"));
        assertThat(access.claim("azp")).isEqualTo(TestClients.BACKEND);
        for (String name : List.of("access_token", "id_token")) {
            Jwt token = Jwt.of(tokens.field(name));
            assertThat(token.claim("sub")).isEqualTo(user.user().id());
            assertThat(token.claim("acr")).isEqualTo("2");
            assertThat(token.claims().get("amr")).extracting(JsonNode::asText).containsExactly("pwd", "otp", "mfa");
        }
        assertThat(realm.user(user.user()).getUserSessions())
                .singleElement()
                .satisfies(session -> assertThat(session.getId()).isEqualTo(access.claim("sid")));
        assertThat(Jwt.of(tokens.field("sudo_token")).claim("sid")).isEqualTo(access.claim("sid"));
    }

    @Test
    void S32_S33_itsTokensLiveAndDieAsAllOthersDo() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = redeemed(backend.redeem(
                backend.partialToken(user.user()), "totp", user.device().code()));
        String access = tokens.field("access_token");
        String sudo = tokens.field("sudo_token");
        OidcClient client = new OidcClient(realm, TestClients.BACKEND);
        assertThat(client.userInfo(access).field("sub")).isEqualTo(user.user().id());
        assertThat(introspected(access, Map.of())).isTrue();
        assertThat(introspected(sudo, Map.of())).isFalse();
        assertThat(introspected(sudo, Map.of("token_type_hint", "sudo_token"))).isTrue();
        assertThat(realm.api().get("/user/2fa").bearer(access).send().status()).isEqualTo(200);

        Answer renewed = client.refresh(tokens.field("refresh_token"));
        assertThat(renewed.status()).as(renewed.text()).isEqualTo(200);
        Jwt again = Jwt.of(renewed.field("access_token"));
        assertThat(again.claim("acr")).isEqualTo("2");
        assertThat(again.claims().get("amr")).extracting(JsonNode::asText).containsExactly("pwd", "otp", "mfa");

        assertThat(client.logOut(renewed.field("refresh_token")).status()).isEqualTo(204);
        assertThat(client.userInfo(access).status()).isEqualTo(401);
        assertThat(introspected(sudo, Map.of("token_type_hint", "sudo_token"))).isFalse();
        assertThat(client.refresh(renewed.field("refresh_token")).field("error"))
                .isEqualTo("invalid_grant");
    }

    @Test
    void itsTokensAreMarkedAsThoseOfThePasswordGrantSoThatTheyOutliveThisExtension() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = redeemed(backend.redeem(
                backend.partialToken(user.user()), "totp", user.device().code()));
        String withOurs = Jwt.of(tokens.field("access_token")).claim("jti");
        String withKeycloaks = Jwt.of(realm.accessToken(realm.newUser())).claim("jti");
        assertThat(withOurs.split(":", 2)[0]).isEqualTo(withKeycloaks.split(":", 2)[0]);
    }

    @Test
    void aRecoveryCodeDoes() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens =
                redeemed(backend.redeem(backend.partialToken(user.user()), "recovery-code", user.recoveryCode()));
        assertThat(Jwt.of(tokens.field("access_token")).claims().get("amr"))
                .extracting(JsonNode::asText)
                .containsExactly("pwd", "recovery");
    }

    @Test
    void aPublicClientMayUseItTooAndWithThePartialTokenOfOurLogin() {
        Enrolled user = Enrolled.withTotp(realm);
        GrantClient app = GrantClient.open(realm);
        redeemed(app.redeem(app.partialToken(user.user()), "totp", user.device().code()));
        redeemed(app.redeem(user.partialToken(), "totp", user.device().code()));
    }

    @Test
    void aConfidentialClientHasTheCodeSentAndRedeemsIt() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String partial = backend.partialToken(user.user());
        assertThat(backend.due(partial).json().get("next_email").asInt()).isZero();
        Answer sent = backend.challenge(partial);
        assertThat(sent.status()).as(sent.text()).isEqualTo(400);
        assertThat(sent.field("error")).isEqualTo("authorization_pending");
        assertThat(sent.json().get("next_email").asInt()).isBetween(59, 60);
        assertThat(sent.text()).doesNotContain(user.address());
        String code = user.nextCode();
        assertThat(backend.due(partial).json().get("next_email").asInt()).isBetween(30, 60);
        Refused.asTooMany(backend.challenge(partial), "TOO_MANY_MAILS", 60);

        Answer tokens = redeemed(backend.redeem(partial, "email-otp", code));
        assertThat(Jwt.of(tokens.field("access_token")).claims().get("amr"))
                .extracting(JsonNode::asText)
                .containsExactly("pwd", "mca");
        assertThat(inbox.all(user.address()).stream().filter(mail -> mail.hasCode()))
                .as("to enrol and to log in")
                .hasSize(2);
    }

    @Test
    void theMailSpeaksTheLanguageThatTheClientAsksFor() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String partial = backend.partialToken(user.user());
        Map<String, String> german = GrantClient.form(partial, "factor", "email-otp", "language", "de");
        assertThat(backend.send(german).field("error")).isEqualTo("authorization_pending");
        String english = inbox.all(user.address()).get(0).subject();
        assertThat(inbox.next(user.address(), mail -> mail.hasCode()).subject()).isNotEqualTo(english);

        Answer unknown = backend.send(GrantClient.form(partial, "factor", "email-otp", "origin", "nowhere"));
        assertThat(unknown.status()).isEqualTo(500);
        assertThat(unknown.field("reason")).isEqualTo("UNABLE_TO_FIND_MAIL_TEMPLATE");
    }

    @Test
    void withoutAFactorItSaysWhatIsDueAndDoesNothing(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        for (int i = 0; i < 5; i++) {
            Refused.asWrongCode(backend.redeem(partial, "totp", user.device().wrongCode()));
        }
        realm.admin().clearEvents();
        Answer due = backend.due(partial);
        assertThat(due.status()).isEqualTo(400);
        assertThat(due.field("error")).isEqualTo("mfa_required");
        assertThat(due.json().get("methods")).hasToString("[\"totp\",\"recovery-code\"]");
        assertThat(due.json().get("next_guess").get("totp").asInt()).isBetween(1, 30);
        assertThat(due.json().get("next_guess").get("recovery-code").asInt()).isZero();
        assertThat(due.json().has("next_email")).isFalse();
        assertThat(realm.events(user.user())).isEmpty();

        clock.advance(Duration.ofSeconds(31));
        assertThat(backend.due(partial).json().get("next_guess").get("totp").asInt())
                .isZero();
        redeemed(backend.redeem(partial, "totp", user.device().code()));
    }

    @Test
    void S60_eachRequestIsOneEventWithClientFactorAndSession() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String partial = backend.partialToken(user.user());
        realm.admin().clearEvents();
        backend.challenge(partial);
        backend.redeem(partial, "email-otp", EmailEnrolled.otherThan(user.nextCode()));
        Answer tokens = redeemed(
                backend.redeem(partial, "recovery-code", user.recoveryCodes().get(0)));

        List<EventRepresentation> events = realm.events(user.user());
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getClientId()).isEqualTo(TestClients.BACKEND);
            assertThat(event.getIpAddress()).isNotEmpty();
            assertThat(event.getDetails())
                    .containsEntry("grant_type", GrantClient.GRANT_TYPE)
                    .containsEntry("username", user.user().username());
        });
        assertThat(events)
                .extracting(
                        EventRepresentation::getType,
                        EventRepresentation::getError,
                        event -> event.getDetails().get("credential_type"),
                        event -> event.getDetails().get("reason"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("SEND_VERIFY_EMAIL", null, "email-otp", null),
                        org.assertj.core.groups.Tuple.tuple(
                                "LOGIN_ERROR", "invalid_user_credentials", "email-otp", "CODE_INVALID"),
                        org.assertj.core.groups.Tuple.tuple("LOGIN", null, "recovery-code", null));
        assertThat(events.get(2).getSessionId())
                .isEqualTo(Jwt.of(tokens.field("access_token")).claim("sid"));
    }

    private static void letClientsIntrospectTheirTokens(RealmRepresentation realm) {
        realm.getClients()
                .forEach(client ->
                        client.setAttributes(Map.of("allow.token.introspection.without.audience.check", "true")));
    }

    private boolean introspected(String token, Map<String, String> more) {
        return realm.introspect(token, more).json().get("active").asBoolean();
    }

    private static Answer redeemed(Answer tokens) {
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        return tokens;
    }
}
