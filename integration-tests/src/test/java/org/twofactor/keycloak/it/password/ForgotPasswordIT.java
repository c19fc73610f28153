package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.RawHttp;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** The older call mails Keycloak's own link, and all that comes of it is a new password. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForgotPasswordIT {
    private final TestRealm realm;
    private final Inbox inbox;
    private final PasswordCalls calls;

    ForgotPasswordIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0"))
                .create();
        this.inbox = inbox;
        this.calls = new PasswordCalls(realm, inbox);
    }

    @Test
    void S40_theLinkSetsAPasswordAndOpensNothingWithoutTheSecondFactor() {
        Enrolled user = Enrolled.withTotp(realm);
        Sessions sessions = Sessions.of(
                realm,
                user.user(),
                scope -> Map.of("scope", scope, "totp", user.device().code()));
        String link = sentLink(user.user());
        String password = newPassword();
        ResetLinkPages browser = ResetLinkPages.open(link);
        assertThat(browser.asksForAPassword()).as(browser.text()).isTrue();
        assertThat(browser.submit(password).text()).contains("Your account has been updated.");

        assertThat(browser.hasIdentity()).isFalse();
        assertThat(browser.isLoggedIn(realm)).isFalse();
        sessions.assertAllEnded();
        assertThat(calls.logIn(user.user(), user.user().password()).message()).isEqualTo("PASSWORD_INCORRECT");
        Answer login = calls.logIn(user.user(), password);
        assertThat(login.message()).isEqualTo("2FA_REQUIRED");
        assertThat(login.json().get("methods")).hasToString("[\"totp\",\"recovery-code\"]");

        ResetLinkPages again = ResetLinkPages.open(link);
        assertThat(again.asksForAPassword()).as("good once").isFalse();
        assertThat(again.hasIdentity()).isFalse();
    }

    /** Or else anybody could have somebody be mailed a link to elsewhere, and would get the token when it is followed. */
    @Test
    void S53_aHostThatIsNotTheRealmsIsInNoLink(NewRealm newRealm, KeycloakServer server) {
        TestRealm named = newRealm.with(it -> it.setAttributes(Map.of("frontendUrl", "https://login.example.org")))
                .create();
        TestUser user = named.newUser();
        Answer answer = RawHttp.toHost(
                        server.url(),
                        "evil.example",
                        "POST /realms/" + named.name() + "/v1/auth/forgot-password HTTP/1.1")
                .header("Content-Type: application/json")
                .header("X-Forwarded-Host: evil.example")
                .header("Forwarded: host=evil.example")
                .body("{\"email\":\"" + user.email() + "\"}")
                .send();
        assertNothingToSay(answer);
        Mail mail = inbox.next(user.email());
        assertThat(mail.links())
                .singleElement()
                .asString()
                .startsWith("https://login.example.org/realms/" + named.name() + "/login-actions/");
        assertThat(mail.source()).doesNotContain("evil");
        IssuedSecrets.add("reset link", mail.links().get(0));
    }

    @Test
    void theMailIsKeycloaksOwn() {
        TestUser user = realm.newUser();
        assertNothingToSay(calls.forgot(user.email()));
        Mail mail = inbox.next(user.email());
        assertThat(mail.subject()).isEqualTo("Reset password");
        assertThat(mail.text())
                .contains("Someone just requested to change your")
                .contains("5 minutes");
        assertThat(mail.hasCode()).isFalse();
        assertThat(mail.links())
                .singleElement()
                .asString()
                .startsWith(realm.api().base() + "/login-actions/action-token?");
        IssuedSecrets.add("reset link", mail.links().get(0));
    }

    @Test
    void S25_theLinkDiesWithItsTimeItsAddressAndItsUser(ServerClock clock) {
        TestUser late = realm.newUser();
        TestUser moved = realm.newUser();
        TestUser disabled = realm.newUser();
        String movedLink = sentLink(moved);
        String disabledLink = sentLink(disabled);
        realm.update(moved, it -> it.setEmail("new-" + moved.email()));
        realm.update(disabled, it -> it.setEnabled(false));
        assertThat(ResetLinkPages.open(movedLink).asksForAPassword()).isFalse();
        assertThat(ResetLinkPages.open(disabledLink).asksForAPassword()).isFalse();

        String lateLink = sentLink(late);
        clock.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertThat(ResetLinkPages.open(lateLink).asksForAPassword()).isFalse();
    }

    @Test
    void S32_aBearerTokenIsIgnoredWhateverItIs() {
        Enrolled somebody = Enrolled.withTotp(realm);
        TestUser user = realm.newUser();
        for (String token : List.of(somebody.accessToken(), somebody.partialToken(), "no token at all")) {
            assertNothingToSay(realm.api()
                    .post("/v1/auth/forgot-password")
                    .bearer(token)
                    .json(Map.of("email", user.email()))
                    .send());
        }
        assertThat(inbox.await(user.email(), 3)).allMatch(mail -> !mail.links().isEmpty());
        assertThat(inbox.all(somebody.user().email()))
                .allMatch(mail -> mail.links().isEmpty());
    }

    private String sentLink(TestUser user) {
        assertNothingToSay(calls.forgot(user.email()));
        String link = inbox.next(user.email(), mail -> !mail.links().isEmpty())
                .links()
                .get(0);
        IssuedSecrets.add("reset link", link);
        return link;
    }
}
