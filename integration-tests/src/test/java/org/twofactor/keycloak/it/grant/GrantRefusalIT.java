package org.twofactor.keycloak.it.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** Whom the grant sends away, and that nothing is spent or counted by it that should not be. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantRefusalIT {
    private final TestRealm realm;
    private final GrantClient backend;

    GrantRefusalIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.backend = GrantClient.confidential(realm);
    }

    @Test
    void S35_aPartialTokenIsGoodForItsOwnClientAlone() {
        Enrolled user = Enrolled.withTotp(realm);
        GrantClient app = GrantClient.open(realm);
        String ofBackend = backend.partialToken(user.user());
        String ofApp = app.partialToken(user.user());
        int sessions = sessions(user);
        for (GrantClient thief : List.of(app, new GrantClient(realm, TestClients.OTHER_APP))) {
            Refused.asInvalidToken(thief.due(ofBackend));
            Refused.asInvalidToken(thief.redeem(ofBackend, "totp", user.device().code()));
        }
        Refused.asInvalidToken(backend.redeem(ofApp, "totp", user.device().code()));
        assertThat(sessions(user)).isEqualTo(sessions);
        assertThat(backend.redeem(ofBackend, "totp", user.device().code()).status())
                .as("it was not spent")
                .isEqualTo(200);
        assertThat(app.redeem(ofApp, "totp", user.device().code()).status()).isEqualTo(200);
    }

    @Test
    void S35_onRestNobodyRedeemsThePartialTokenOfAConfidentialClient() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        Answer answer = user.totp(partial, user.device().code());
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.message()).isEqualTo("CLIENT_NOT_ALLOWED");
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void S35_withoutItsClientsSecretAPartialTokenIsGoodForNothing(String what, Map<String, String> credentials) {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        realm.admin().clearEvents();
        for (int i = 0; i < 6; i++) {
            Map<String, String> form = new HashMap<>(GrantClient.form(
                    partial, "factor", "totp", "code", user.device().wrongCode()));
            form.putAll(credentials);
            Answer answer = realm.api().post(GrantClient.TOKEN).form(form).send();
            assertThat(answer.status()).as(answer.text()).isEqualTo(401);
            assertThat(answer.field("error")).isIn("invalid_client", "unauthorized_client");
        }
        assertThat(realm.events(user.user())).as("nobody has guessed").isEmpty();
        assertThat(backend.redeem(partial, "totp", user.device().code()).status())
                .isEqualTo(200);
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                Arguments.of("no client", Map.of()),
                Arguments.of("no secret", Map.of("client_id", TestClients.BACKEND)),
                Arguments.of("a wrong secret", Map.of("client_id", TestClients.BACKEND, "client_secret", "wrong")));
    }

    @Test
    void S35_whatIsSpentIsSpent() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        assertThat(backend.redeem(partial, "totp", user.device().code()).status())
                .isEqualTo(200);
        Refused.asInvalidToken(backend.redeem(partial, "totp", user.device().code()));
        Refused.asInvalidToken(backend.due(partial));
        String ofApp = user.partialToken();
        assertThat(user.totp(ofApp, user.device().code()).status()).isEqualTo(200);
        Refused.asInvalidToken(
                GrantClient.open(realm).redeem(ofApp, "totp", user.device().code()));
    }

    @Test
    void S32_noOtherKindOfTokenPassesForAPartialOne() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = backend.redeem(
                backend.partialToken(user.user()), "totp", user.device().code());
        for (String name : List.of("access_token", "refresh_token", "id_token", "sudo_token")) {
            Refused.asInvalidToken(
                    backend.redeem(tokens.field(name), "totp", user.device().code()));
        }
        Refused.asInvalidToken(backend.redeem("2fa.nonsense", "totp", "123456"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsMalformedIsNoGuess(String what, Map<String, String> fields) {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        for (int i = 0; i < 6; i++) {
            Map<String, String> form = new HashMap<>(GrantClient.form(partial));
            form.putAll(fields);
            Refused.with(backend.send(form), "invalid_request", "BAD_REQUEST");
        }
        assertThat(backend.redeem(partial, "totp", user.device().code()).status())
                .isEqualTo(200);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("no partial token", Map.of("partial_auth_token", " ", "factor", "totp", "code", "123456")),
                Arguments.of("an unknown factor", Map.of("factor", "webauthn", "code", "123456")),
                Arguments.of("an empty factor", Map.of("factor", "", "code", "123456")),
                Arguments.of("no code", Map.of("factor", "totp")),
                Arguments.of("an empty code", Map.of("factor", "totp", "code", "")),
                Arguments.of("a short code", Map.of("factor", "totp", "code", "12345")),
                Arguments.of("a long code", Map.of("factor", "totp", "code", "123456789")),
                Arguments.of("a very long code", Map.of("factor", "email-otp", "code", "1".repeat(10_000))),
                Arguments.of("an empty mail code", Map.of("factor", "email-otp", "code", "")),
                Arguments.of("a short recovery code", Map.of("factor", "recovery-code", "code", "AAAAAAAAAAAAAAA")),
                Arguments.of("a language by its name", Map.of("factor", "email-otp", "language", "german")));
    }

    @Test
    void aParameterThatComesTwiceIsRefused() {
        Enrolled user = Enrolled.withTotp(realm);
        String form = Api.form(GrantClient.form(
                        backend.partialToken(user.user()),
                        "factor",
                        "totp",
                        "client_id",
                        TestClients.BACKEND,
                        "client_secret",
                        TestClients.BACKEND_SECRET))
                + "&code=" + user.device().wrongCode() + "&code="
                + user.device().code();
        Answer answer = realm.api()
                .post(GrantClient.TOKEN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .rawBody(form.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .send();
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.field("error")).isEqualTo("invalid_request");
    }

    @Test
    void aFactorThatTheUserDoesNotHaveIsNoneToGuessAt() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        Refused.with(backend.challenge(partial), "invalid_grant", "FACTOR_INACTIVE");
        Refused.with(backend.redeem(partial, "email-otp", "123456"), "invalid_grant", "FACTOR_INACTIVE");
    }

    @Test
    void S37_aFactorThatTheRealmLeavesOutSendsNoMailAndTakesNoCode(NewRealm another, Inbox inbox) {
        TestRealm strict = another.create();
        EmailEnrolled user = EmailEnrolled.in(strict, inbox);
        strict.settings(Map.of("methods", "totp"));
        GrantClient client = GrantClient.confidential(strict);
        String partial = client.partialToken(user.user());
        Refused.with(client.challenge(partial), "invalid_grant", "FACTOR_NOT_ALLOWED");
        Refused.with(client.redeem(partial, "email-otp", "123456"), "invalid_grant", "FACTOR_NOT_ALLOWED");
        strict.settings(Map.of("methods", "totp,email-otp"));
        strict.update(it -> it.setSmtpServer(new HashMap<>()));
        Answer without = client.challenge(partial);
        assertThat(without.status()).as(without.text()).isEqualTo(500);
        assertThat(without.field("reason")).isEqualTo("UNABLE_TO_SEND_MAIL");
    }

    @Test
    void S25_S33_whoIsDisabledGetsNothingForAPartialTokenAndNeitherDoesAPasswordOfYesterday() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = backend.partialToken(user.user());
        realm.update(user.user(), it -> it.setEnabled(false));
        Refused.asInvalidToken(backend.redeem(partial, "totp", user.device().code()));
        realm.update(user.user(), it -> it.setEnabled(true));
        realm.updateClient(TestClients.BACKEND, it -> it.setDirectAccessGrantsEnabled(false));
        Refused.asInvalidToken(backend.redeem(partial, "totp", user.device().code()));
        realm.updateClient(TestClients.BACKEND, it -> it.setDirectAccessGrantsEnabled(true));
        realm.user(user.user()).resetPassword(password("Another1-" + user.user().password()));
        Refused.asInvalidToken(backend.redeem(partial, "totp", user.device().code()));
    }

    @Test
    void anOriginOfTheClientMayReadTheAnswerAndItsRetryAfterAndAnotherMayNotCall() {
        Enrolled user = Enrolled.withTotp(realm);
        String partial = user.partialToken();
        Answer allowed = from(TestClients.APP_ORIGIN, partial);
        assertThat(allowed.field("error")).isEqualTo("mfa_required");
        assertThat(allowed.header("Access-Control-Allow-Origin")).contains(TestClients.APP_ORIGIN);
        assertThat(allowed.header("Access-Control-Expose-Headers").orElse("")).contains("Retry-After");
        Answer evil = from("http://evil.example.org", partial);
        assertThat(evil.status()).isEqualTo(403);
        assertThat(evil.header("Access-Control-Allow-Origin")).isEmpty();
    }

    private Answer from(String origin, String partial) {
        return realm.api()
                .post(GrantClient.TOKEN)
                .header("Origin", origin)
                .form(GrantClient.form(partial, "client_id", TestClients.APP))
                .send();
    }

    private int sessions(Enrolled user) {
        return realm.user(user.user()).getUserSessions().size();
    }

    private static org.keycloak.representations.idm.CredentialRepresentation password(String value) {
        var password = new org.keycloak.representations.idm.CredentialRepresentation();
        password.setType("password");
        password.setValue(value);
        password.setTemporary(false);
        return password;
    }
}
