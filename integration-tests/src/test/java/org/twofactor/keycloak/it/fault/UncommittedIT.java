package org.twofactor.keycloak.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** What the database refuses at the commit has not happened: no mail tells of it, and nothing is changed. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UncommittedIT {
    private final TestRealm realm;
    private final Inbox inbox;
    private final Backdoor backdoor;
    private final Metrics metrics;

    UncommittedIT(NewRealm newRealm, Inbox inbox, Backdoor backdoor, KeycloakServer server) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0"))
                .create();
        this.inbox = inbox;
        this.backdoor = backdoor;
        this.metrics = new Metrics(server);
    }

    @Test
    void S54_S57_noMailLeavesForWhatIsNotCommitted() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String sudo = user.sudoToken();
        String wanted = "new-" + user.address();
        awaitEmptyQueue();
        int before = inbox.all(user.address()).size();
        whileRefusingEvents("'SEND_VERIFY_EMAIL', 'SEND_RESET_PASSWORD'", () -> {
            assertBroken(user.challenge(user.accessToken()));
            assertBroken(EmailEnrolled.setUp(realm, sudo, user.address()));
            assertBroken(Transfer.initiate(realm, sudo, wanted));
            Map<String, String> address = Map.of("email", user.address());
            assertBroken(call("POST", "/user/password/reset/send", address));
            assertBroken(call("POST", "/v1/auth/forgot-password", address));
        });
        awaitEmptyQueue();
        assertThat(inbox.all(user.address())).hasSize(before);
        assertThat(inbox.all(wanted)).isEmpty();
        assertThat(user.authenticate(user.accessToken(), user.challengedCode(user.accessToken()))
                        .status())
                .as("and all goes on afterwards")
                .isEqualTo(200);
    }

    @Test
    void S57_aFactorWhoseEndIsNotCommittedIsThere() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String sudo = user.sudoToken();
        whileRefusingEvents("'REMOVE_CREDENTIAL'", () -> assertBroken(user.disable(sudo)));
        assertThat(user.methods().json().at("/emailOtp/email").asText()).isEqualTo(user.address());
        assertThat(user.methods().json().get("recoveryCodes").isNull()).isFalse();
        assertThat(realm.directGrant(user.user()).field("error")).isEqualTo("mfa_required");
        awaitEmptyQueue();
        assertThat(inbox.all(user.address())).noneMatch(mail -> mail.subject().contains("was removed"));
        assertNothingToSay(user.disable(sudo));
    }

    @Test
    void S57_aPasswordThatIsNotCommittedIsTheOldOne() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        Map<String, String> address = Map.of("email", user.email());
        assertNothingToSay(call("POST", "/user/password/reset/send", address));
        String code = EmailEnrolled.code(inbox, user.email());
        String wanted = "Other-" + user.password();
        whileRefusingEvents("'CUSTOM_REQUIRED_ACTION', 'UPDATE_CREDENTIAL'", () -> {
            assertBroken(realm.api()
                    .put("/user/password/old-password")
                    .bearer(token)
                    .json(Map.of("oldPassword", user.password(), "newPassword", wanted))
                    .send());
            assertBroken(call("POST", "/user/password/reset/validate", Map.of("email", user.email(), "otp", code)));
            assertBroken(call(
                    "PUT",
                    "/user/password/otp",
                    Map.of("userEmail", user.email(), "otp", code, "newPassword", wanted)));
        });
        assertThat(realm.directGrant(user).status()).isEqualTo(200);
        assertThat(call("POST", "/auth/login", Map.of("username", user.username(), "password", wanted))
                        .message())
                .isEqualTo("PASSWORD_INCORRECT");
        awaitEmptyQueue();
        assertThat(inbox.all(user.email())).as("the code's mail alone").hasSize(1);
    }

    @Test
    void S57_noTotpIsSetUpOrGoesAndRecoveryCodesStayTheOldOnes() {
        Enrolled user = Enrolled.withTotp(realm);
        String sudo = user.sudoToken();
        whileRefusingEvents("'CUSTOM_REQUIRED_ACTION', 'UPDATE_CREDENTIAL', 'REMOVE_CREDENTIAL'", () -> {
            assertBroken(call("POST", "/user/2fa/totp/setup", sudo, Map.of()));
            assertBroken(call("POST", "/user/2fa/recovery-code/reset", sudo, Map.of()));
            assertBroken(call("DELETE", "/user/2fa/totp", sudo, Map.of()));
        });
        assertThat(user.logIn().status()).isEqualTo(200);
        assertThat(user.recoveryCode(user.partialToken(), user.recoveryCode()).status())
                .isEqualTo(200);
    }

    @Test
    void S57_noMailboxIsEnrolled() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
        String code = EmailEnrolled.code(inbox, user.email());
        whileRefusingEvents("'UPDATE_CREDENTIAL'", () -> assertBroken(EmailEnrolled.enable(realm, token, code)));
        assertThat(realm.user(user).credentials())
                .extracting(it -> it.getType())
                .containsExactly("password");
    }

    @Test
    void S57_noCodeAndNoPasswordLogsIn() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        TestUser without = realm.newUser();
        String partial = user.partialToken();
        String code = user.challengedCode(partial);
        int sessions = realm.user(user.user()).getUserSessions().size();
        whileRefusingEvents("'LOGIN'", () -> {
            assertBroken(user.authenticate(partial, code));
            assertBroken(logIn(without));
        });
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
        assertThat(realm.user(without).getUserSessions()).isEmpty();
    }

    @Test
    void S57_aSessionWhoseEndIsNotCommittedGoesOn() {
        TestUser user = realm.newUser();
        String refresh = logIn(user).text();
        whileRefusingEvents("'LOGOUT'", () -> assertBroken(call("POST", "/auth/logout", refresh, Map.of())));
        assertThat(realm.user(user).getUserSessions()).hasSize(1);
    }

    private Answer logIn(TestUser user) {
        return call("POST", "/auth/login", Map.of("username", user.username(), "password", user.password()));
    }

    private Answer call(String method, String path, String token, Map<String, String> body) {
        Api.Call call = realm.api().call(method, path).bearer(token);
        return (method.equals("POST") ? call.json(body) : call).send();
    }

    private void whileRefusingEvents(String types, Runnable work) {
        backdoor.refusing("EVENT_ENTITY", "TYPE not in (" + types + ")", work);
    }

    private Answer call(String method, String path, Map<String, String> body) {
        return realm.api().call(method, path).json(body).send();
    }

    private void awaitEmptyQueue() {
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
    }

    private static void assertBroken(Answer answer) {
        assertThat(List.of(answer.status(), answer.message())).isEqualTo(List.of(500, "INTERNAL_ERROR"));
    }
}
