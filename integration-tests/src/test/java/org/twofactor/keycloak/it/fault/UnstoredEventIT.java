package org.twofactor.keycloak.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.story.Transfer;

/**
 * What leaves no trace does not happen: an operation whose event the database refuses is an error in the shape of all
 * errors, changes nothing, gives nothing and mails nothing.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnstoredEventIT {
    /** What broke counts as a mail all the same. */
    private static final Duration BETWEEN_MAILS = Duration.ofMinutes(1);

    private static final String NEW_PASSWORD = "Nobody-gets-1-this";

    private final TestRealm realm;
    private final Backdoor backdoor;
    private final Inbox inbox;

    UnstoredEventIT(NewRealm newRealm, Backdoor backdoor, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.backdoor = backdoor;
        this.inbox = inbox;
    }

    @Test
    void S56_S57_S60_noTotpIsSetUpOrGoes() {
        Enrolled user = Enrolled.withTotp(realm);
        String sudo = user.sudoToken();
        assertNothingComesOf(user.user(), () -> post("/user/2fa/totp/setup", sudo, Map.of()));
        assertNothingComesOf(
                user.user(),
                () -> realm.api().delete("/user/2fa/totp").bearer(sudo).send());
        assertThat(user.logIn().status()).isEqualTo(200);
    }

    @Test
    void S56_S57_S60_recoveryCodesStayTheOldOnes() {
        Enrolled user = Enrolled.withTotp(realm);
        String sudo = user.sudoToken();
        assertNothingComesOf(user.user(), () -> post("/user/2fa/recovery-code/reset", sudo, Map.of()));
        assertThat(user.recoveryCode(user.partialToken(), user.recoveryCode()).status())
                .isEqualTo(200);
    }

    @Test
    void S56_S57_S60_noMailboxIsEnrolledAndNoCodeIsMailed(ServerClock clock) {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingComesOf(user, () -> EmailEnrolled.setUp(realm, token, "box-" + user.email()));
        clock.advance(BETWEEN_MAILS);
        assertThat(EmailEnrolled.setUp(realm, token, user.email()).status()).isEqualTo(200);
        String code = EmailEnrolled.code(inbox, user.email());
        assertNothingComesOf(user, () -> EmailEnrolled.enable(realm, token, code));
        assertThat(realm.user(user).credentials())
                .extracting(it -> it.getType())
                .containsExactly("password");
        assertThat(inbox.all("box-" + user.email())).isEmpty();
    }

    @Test
    void S56_S57_S60_emailOtpGivesNothingAndStays() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String sudo = user.sudoToken();
        assertNothingComesOf(user.user(), () -> user.disable(sudo));
        assertThat(user.methods().json().get("emailOtp").isNull()).isFalse();
        int mails = inbox.all(user.address()).size();
        assertNothingComesOf(user.user(), () -> user.challenge(user.accessToken()));
        assertThat(inbox.all(user.address())).hasSize(mails);
    }

    @Test
    void S56_S57_S60_noCodeOfEmailOtpLogsIn() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String partial = user.partialToken();
        String code = user.challengedCode(partial);
        int sessions = realm.user(user.user()).getUserSessions().size();
        Answer answer = assertNothingComesOf(user.user(), () -> user.authenticate(partial, code));
        assertThat(answer.json().has("accessToken")).isFalse();
        assertThat(realm.user(user.user()).getUserSessions()).hasSize(sessions);
    }

    @Test
    void S56_S57_S60_noAccountMoves(ServerClock clock) {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingComesOf(user, () -> Transfer.initiate(realm, token, "unseen-" + user.email()));
        clock.advance(BETWEEN_MAILS);
        String code = Transfer.initiatedCode(realm, inbox, token, "new-" + user.email());
        assertNothingComesOf(user, () -> Transfer.complete(realm, token, code));
        assertThat(realm.user(user).toRepresentation().getEmail()).isEqualTo(user.email());
        assertThat(inbox.all("unseen-" + user.email())).isEmpty();
    }

    @Test
    void S56_S57_S60_noPasswordIsChangedOrReset() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingComesOf(
                user,
                () -> realm.api()
                        .put("/user/password/old-password")
                        .bearer(token)
                        .json(Map.of("oldPassword", user.password(), "newPassword", NEW_PASSWORD))
                        .send());
        realm.api()
                .post("/user/password/reset/send")
                .json(Map.of("email", user.email()))
                .send();
        String code = EmailEnrolled.code(inbox, user.email());
        assertNothingComesOf(
                user,
                () -> realm.api()
                        .put("/user/password/otp")
                        .json(Map.of("userEmail", user.email(), "otp", code, "newPassword", NEW_PASSWORD))
                        .send());
        assertThat(realm.directGrant(user).status()).isEqualTo(200);
        assertThat(realm.user(user).getUserSessions()).as("sessions go on").isNotEmpty();
    }

    @Test
    void S56_S57_S60_noTokenIsGivenForAPassword() {
        TestUser user = realm.newUser();
        assertNothingComesOf(
                user,
                () -> realm.api()
                        .post("/auth/login")
                        .json(Map.of("username", user.username(), "password", user.password()))
                        .send());
        assertThat(realm.user(user).getUserSessions()).isEmpty();
    }

    @Test
    void S56_S57_S60_nobodyIsLoggedOut() {
        TestUser user = realm.newUser();
        String refresh = realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send()
                .text();
        assertNothingComesOf(
                user, () -> realm.api().post("/auth/logout").bearer(refresh).send());
        assertThat(realm.user(user).getUserSessions()).hasSize(1);
    }

    private Answer assertNothingComesOf(TestUser user, Supplier<Answer> call) {
        List<Answer> answers = new ArrayList<>();
        backdoor.refusing("EVENT_ENTITY", "USER_ID <> '" + user.id() + "'", () -> answers.add(call.get()));
        Answer answer = answers.get(0);
        assertThat(answer.status()).as(answer.text()).isEqualTo(500);
        assertThat(answer.message()).isEqualTo("INTERNAL_ERROR");
        return answer;
    }

    private Answer post(String path, String token, Map<String, String> body) {
        return realm.api().post(path).bearer(token).json(body).send();
    }
}
