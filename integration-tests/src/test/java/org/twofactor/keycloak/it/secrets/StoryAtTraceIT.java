package org.twofactor.keycloak.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** The whole story with the log of Keycloak and ours at TRACE, down to the six digits. */
@KeycloakTest
class StoryAtTraceIT {
    private static final List<String> CATEGORIES = List.of("org.keycloak", "org.twofactor");

    private final TestRealm realm;
    private final KeycloakServer server;
    private final Backdoor backdoor;
    private final Inbox inbox;

    StoryAtTraceIT(NewRealm newRealm, KeycloakServer server, Backdoor backdoor, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0"))
                .browserFlow(BrowserFlow.anyOf(
                        "two-factor-totp-form", "two-factor-email-otp-form", "two-factor-recovery-code-form"))
                .create();
        this.server = server;
        this.backdoor = backdoor;
        this.inbox = inbox;
    }

    @Test
    void S58_noCodeIsInTheLogAtAnyLevel() throws IOException {
        assertNotInTheLog(this::story);
    }

    @Test
    void S58_noMailedCodeAndNoPasswordIsInTheLogAtAnyLevel() throws IOException {
        assertNotInTheLog(this::mailStory);
    }

    @Test
    void S58_noCodeThatIsTypedOnAPageIsInTheLogAtAnyLevel() throws IOException {
        assertNotInTheLog(this::pageStory);
    }

    private void assertNotInTheLog(Supplier<List<String>> told) throws IOException {
        int before = log().length();
        CATEGORIES.forEach(category -> backdoor.logLevel(category, "TRACE"));
        List<String> codes;
        try {
            codes = told.get();
        } finally {
            CATEGORIES.forEach(category -> backdoor.logLevel(category, "INFO"));
        }
        String story = log().substring(before);
        assertThat(story).as("the log is at TRACE").contains(" TRACE ");
        assertThat(codes)
                .hasSizeGreaterThan(8)
                .allSatisfy(code -> assertThat(story)
                        .doesNotContainPattern("(?<![0-9A-Za-z])" + Pattern.quote(code) + "(?![0-9A-Za-z])"));
    }

    private List<String> story() {
        Enrolled user = Enrolled.withTotp(realm);
        String sudoCode = user.device().code();
        String sudo = user.totp(user.accessToken(), sudoCode).field("sudoToken");
        String loginCode = user.device().code();
        Answer tokens = user.totp(user.partialToken(), loginCode);
        String used = user.recoveryCode();
        user.recoveryCode(user.accessToken(), used);
        user.recoveryCode(user.accessToken(), used);
        String wrong = user.device().wrongCode();
        user.totp(user.accessToken(), wrong);
        String inline = user.device().code();
        realm.directGrant("app", user.user(), Map.of("totp", inline));
        String broken = user.device().code();
        realm.api()
                .post("/user/2fa/totp/authenticate")
                .bearer(user.accessToken())
                .json("{\"totp\":\"" + broken + "\" and no end")
                .send();
        realm.introspect(sudo, Map.of("token_type_hint", "sudo_token"));
        realm.introspect(sudo, Map.of());
        List<String> reset = Enrolled.texts(realm.api()
                .post("/user/2fa/recovery-code/reset")
                .bearer(sudo)
                .json("{}")
                .send());
        String refresh = tokens.field("refreshToken");
        realm.api().get("/auth/accesstoken").bearer(refresh).send();
        realm.api().post("/auth/logout").bearer(refresh).send();
        return List.of(
                sudoCode,
                loginCode,
                used,
                inline,
                broken,
                reset.get(0),
                reset.get(9),
                sudo,
                refresh,
                tokens.field("accessToken"),
                user.user().password());
    }

    /** Enrols, is challenged, moves, forgets the password and changes it: each with a wrong and a right code. */
    private List<String> mailStory() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        EmailEnrolled.setUp(realm, token, user.email());
        String enrolling = EmailEnrolled.code(inbox, user.email());
        EmailEnrolled.enable(realm, token, otherThan(enrolling));
        EmailEnrolled.enable(realm, token, enrolling);
        EmailEnrolled enrolled = EmailEnrolled.of(realm, inbox, user, user.email(), token);
        String challenged = enrolled.challengedCode(enrolled.partialToken());
        enrolled.authenticate(token, otherThan(challenged));
        String sudo = enrolled.authenticate(token, challenged).field("sudoToken");
        enrolled.authenticate(token, challenged);
        String left = enrolled.challengedCode(token);

        String wanted = "new-" + user.email();
        String moving = Transfer.initiatedCode(realm, inbox, sudo, wanted);
        Transfer.complete(realm, token, otherThan(moving));
        Transfer.complete(realm, token, moving);

        String changed = "Changed-" + user.password();
        send("PUT", "/user/password/old-password", sudo, Map.of("oldPassword", user.password(), "newPassword", "weak"));
        send("PUT", "/user/password/old-password", sudo, Map.of("oldPassword", changed, "newPassword", changed));
        send(
                "PUT",
                "/user/password/old-password",
                sudo,
                Map.of("oldPassword", user.password(), "newPassword", changed));

        send("POST", "/user/password/reset/send", token, Map.of("email", wanted));
        String resetting = EmailEnrolled.code(inbox, wanted);
        String reset = "Reset-" + user.password();
        send("POST", "/user/password/reset/validate", token, Map.of("email", wanted, "otp", otherThan(resetting)));
        send("POST", "/user/password/reset/validate", token, Map.of("email", wanted, "otp", resetting));
        Answer done = send(
                "PUT",
                "/user/password/otp",
                token,
                Map.of("userEmail", wanted, "otp", resetting, "newPassword", reset));
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        return List.of(
                enrolling, challenged, left, moving, resetting, otherThan(resetting), sudo, changed, reset, token);
    }

    /** Logs in by the app, by a recovery code and by mail, each with a wrong and a right code, and a used one. */
    private List<String> pageStory() {
        Enrolled user = Enrolled.withTotp(realm);
        String wrong = user.device().wrongCode();
        String right = user.device().code();
        HttpBrowser tab =
                HttpBrowser.withPassword(realm, user.user()).code(wrong).code(right);
        Answer tokens = tab.tokens(realm);
        HttpBrowser.withPassword(realm, user.user()).code(right);

        String paper = user.recoveryCode();
        String wrongPaper = user.recoveryCode().replaceAll("[^A]", "B");
        HttpBrowser other = HttpBrowser.withPassword(realm, user.user())
                .tryOtherWay()
                .code(wrongPaper)
                .code(paper);
        assertThat(other.loggedIn()).isTrue();

        EmailEnrolled mail = EmailEnrolled.in(realm, inbox);
        HttpBrowser third = HttpBrowser.withPassword(realm, mail.user());
        String mailed = mail.nextCode();
        third.code(otherThan(mailed)).code(mailed);
        assertThat(third.loggedIn()).isTrue();
        return List.of(
                right,
                paper,
                wrongPaper,
                mailed,
                otherThan(mailed),
                tokens.field("access_token"),
                tokens.field("refresh_token"),
                user.user().password(),
                mail.user().password());
    }

    private Answer send(String method, String path, String token, Map<String, String> body) {
        return realm.api().call(method, path).bearer(token).json(body).send();
    }

    private String log() throws IOException {
        return Files.readString(server.log(), StandardCharsets.UTF_8);
    }
}
