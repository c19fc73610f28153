package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.passwordThen;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.AdminEventRepresentation;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** The phone is lost, and the paper with it: a support desk takes everything away, so that the user can enrol anew. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminResetIT {
    private static final int LOCK_AFTER = 10;

    private final TestRealm realm;
    private final SupportDesk desk;

    AdminResetIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(
                        Map.of("freeGuesses", Integer.toString(LOCK_AFTER), "lockAfter", Integer.toString(LOCK_AFTER)))
                .browserFlow(passwordThen(subflow(
                        "CONDITIONAL",
                        form("conditional-two-factor-enrolled", "REQUIRED"),
                        form("conditional-two-factor-device", "REQUIRED", Map.of("days", "30")),
                        form("two-factor-totp-form", "ALTERNATIVE"))))
                .create();
        this.desk = SupportDesk.with(realm, "manage-users");
    }

    @Test
    void S45_S49_aResetTakesEveryFactorAndTheUserEnrolsAnew(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        addSecurityKey(user.user());
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            user.totp(user.accessToken(), user.device().wrongCode());
        }
        Answer state = desk.reset(user.user());
        assertThat(state.status()).isEqualTo(200);
        assertThat(state.json().get("enabled").asBoolean()).isFalse();
        assertThat(state.json().get("methods")).isEmpty();
        assertThat(typesOf(user.user())).containsExactly("password");

        // Tokens of the second in which the reset was are as good as those after it.
        clock.advance(Duration.ofSeconds(2));
        Enrolled anew = Enrolled.withTotp(realm, user.user());
        assertThat(anew.recoveryCodes()).hasSize(10).doesNotContainAnyElementsOf(user.recoveryCodes());
        assertThat(anew.recoveryCode(anew.partialToken(), user.recoveryCode()).message())
                .isEqualTo("RECOVERY_CODE_INVALID");
        assertThat(anew.totp(anew.partialToken(), user.device().code()).message())
                .isEqualTo("TOTP_INVALID");
        assertThat(anew.totp(anew.partialToken(), anew.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S14_aResetDropsASetUpThatIsUnderWay() {
        TestUser user = realm.newUser();
        String before = realm.accessToken(user);
        Device phone = Device.scanning(realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(before)
                .json("{}")
                .send()
                .field("url"));
        desk.reset(user);
        Answer enable = realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(realm.accessToken(user))
                .json(Map.of("totp", phone.code()))
                .send();
        assertThat(enable.message()).isEqualTo("TOTP_UNINITIALIZED");
    }

    @Test
    void S14_S13_aResetTakesTheMailFactorAndEveryMailCodeThatIsUnderWay(Inbox inbox, ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String challenged = user.challengedCode(user.partialToken());
        TestUser beginner = realm.newUser();
        EmailEnrolled.setUp(realm, realm.accessToken(beginner), beginner.email());
        String first = EmailEnrolled.code(inbox, beginner.email());
        assertThat(desk.reset(user.user()).json().get("methods")).isEmpty();
        desk.reset(beginner);

        clock.advance(Duration.ofSeconds(2));
        assertThat(EmailEnrolled.enable(realm, realm.accessToken(beginner), first)
                        .message())
                .isEqualTo("EMAIL_OTP_UNINITIALIZED");
        clock.advance(Duration.ofSeconds(60));
        EmailEnrolled anew = EmailEnrolled.in(realm, inbox, user.user(), user.address());
        assertThat(anew.authenticate(anew.partialToken(), challenged).message()).isEqualTo("OTP_INVALID_EXPIRED");
    }

    /** It has not gone, so nobody is told that it has. */
    @Test
    void S68_aResetLeavesTheAccountsAddressWhereItIsAFactor(NewRealm other, Inbox inbox, KeycloakServer server) {
        TestRealm open = other.settings(Map.of("mailInterval", "0")).create();
        SupportDesk there = SupportDesk.with(open, "manage-users");
        TestUser user = open.newUser();
        open.settings(Map.of("emailWithoutEnrolment", "true"));

        JsonNode state = there.reset(user).json();

        assertThat(state.get("enabled").asBoolean()).isTrue();
        assertThat(state.get("methods").toString()).isEqualTo("[\"email-otp\"]");
        EmailEnrolled held = EmailEnrolled.of(open, inbox, user, user.email(), "");
        assertThat(held.challengedCode(held.partialToken())).hasSize(6);
        Metrics metrics = new Metrics(server);
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
        assertThat(inbox.all(user.email())).hasSize(1).allMatch(Mail::hasCode);
    }

    @Test
    void aResetForgetsTrustedDevicesWhichTheStateTellsOf() {
        Enrolled user = Enrolled.withTotp(realm);
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        browser.post(Map.of("code", user.device().code(), "trustDevice", "on"));
        assertThat(browser.loggedIn()).as(browser.body()).isTrue();
        JsonNode device = desk.state(user.user()).json().at("/trustedDevices/0");
        assertThat(Instant.parse(device.get("trustedUntil").asText()))
                .isAfter(Instant.now().plus(Duration.ofDays(29)));
        assertThat(device.get("name").asText()).isNotBlank();

        assertThat(desk.reset(user.user()).json().get("trustedDevices")).isEmpty();
        assertThat(typesOf(user.user())).containsExactly("password");
    }

    @Test
    void S51_theUserIsToldByMailWhatASupportDeskTookAway(Inbox inbox) {
        Enrolled user = Enrolled.withTotp(realm);
        inbox.next(user.user().email(), mail -> mail.subject().endsWith(" is on"));
        desk.reset(user.user());
        assertThat(inbox.next(user.user().email()).subject()).endsWith(" is off");
    }

    /** Keycloak had it for its own mails: <a href="https://github.com/keycloak/keycloak/issues/10233">keycloak#10233</a>. */
    @Test
    void S51_S53_theNoticeSpeaksTheUsersLanguageAndSaysNothingOfTheAdminsBrowser(Inbox inbox) {
        TestUser german = realm.newUser(it -> it.setAttributes(Map.of("locale", List.of("de"))));
        for (TestUser told : List.of(realm.newUser(), german)) {
            Enrolled user = Enrolled.withTotp(realm, told);
            inbox.next(told.email());
            assertThat(desk.reset(user.user(), "fr").status()).isEqualTo(200);
            assertThat(inbox.next(told.email()).text())
                    .contains(
                            told.equals(german)
                                    ? "wurde aus Ihrem Konto bei " + realm.name() + " entfernt."
                                    : "was removed from your account at " + realm.name() + ".")
                    .as("whence the admin came, and by which app")
                    .doesNotContain("127.0.0.1", "IP", "App: ", "Anwendung: ");
        }
    }

    @Test
    void S33_S25_aResetEndsEverySessionAndEveryTokenOfTheUser(ServerClock clock) {
        Enrolled user = Enrolled.withTotp(realm);
        Answer tokens = user.logIn();
        String offline = realm.directGrant(
                        "app", user.user(), Map.of("totp", user.device().code(), "scope", "openid offline_access"))
                .field("refresh_token");
        String partial = user.partialToken();
        String sudo = user.sudoToken();
        clock.advance(Duration.ofSeconds(2));
        // The desk's own token is as old, and its session another.
        assertThat(desk.reset(user.user()).status()).isEqualTo(200);

        assertThat(realm.api()
                        .get("/user/2fa")
                        .bearer(user.accessToken())
                        .send()
                        .status())
                .isEqualTo(401);
        assertThat(realm.api()
                        .get("/user/2fa")
                        .bearer(tokens.field("accessToken"))
                        .send()
                        .status())
                .isEqualTo(401);
        for (String refresh : List.of(tokens.field("refreshToken"), offline)) {
            assertThat(realm.token("app", Map.of("grant_type", "refresh_token", "refresh_token", refresh))
                            .field("error"))
                    .isEqualTo("invalid_grant");
        }
        assertThat(realm.api().get("/user/2fa").bearer(partial).send().status()).isEqualTo(401);
        assertThat(realm.api().delete("/user/2fa/totp").bearer(sudo).send().status())
                .isEqualTo(401);
        assertThat(realm.user(user.user()).getUserSessions()).isEmpty();
    }

    @Test
    void aResetIsForOneUser() {
        Enrolled one = Enrolled.withTotp(realm);
        Enrolled other = Enrolled.withTotp(realm);
        desk.reset(one.user());
        assertThat(other.methods().json().get("enabled").asBoolean()).isTrue();
        assertThat(other.totp(other.partialToken(), other.device().code()).status())
                .isEqualTo(200);
    }

    @Test
    void S49_onDemandTheNextLogInHasToEnrol() {
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(desk.call("DELETE", "/users/" + user.user().id() + "?enrol=true")
                        .status())
                .isEqualTo(200);
        assertThat(realm.user(user.user()).toRepresentation().getRequiredActions())
                .containsExactly("CONFIGURE_TWO_FACTOR");
        assertThat(realm.directGrant(user.user()).field("error_description")).isEqualTo("Account is not fully set up");

        Enrolled unforced = Enrolled.withTotp(realm);
        desk.reset(unforced.user());
        assertThat(realm.user(unforced.user()).toRepresentation().getRequiredActions())
                .isEmpty();
    }

    @Test
    void whatCantBeMeantIsRefusedAndChangesNothing() {
        Enrolled user = Enrolled.withTotp(realm);
        Answer answer = desk.call("DELETE", "/users/" + user.user().id() + "?enrol=yes");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("errorMessage")).isEqualTo("enrol: write true or false");
        assertThat(user.methods().json().get("enabled").asBoolean()).isTrue();
    }

    @Test
    void S49_enrolmentIsNotDemandedWhereTheRealmHasItSwitchedOff(NewRealm newRealm) {
        TestRealm without = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        Enrolled user = Enrolled.withTotp(without);
        without.switchAction(false);
        Answer answer = SupportDesk.with(without, "manage-users")
                .call("DELETE", "/users/" + user.user().id() + "?enrol=true");
        assertThat(answer.status()).isEqualTo(400);
        without.switchAction(true);
        assertThat(user.methods().json().get("enabled").asBoolean()).isTrue();
    }

    /** keycloak/keycloak#37869: a required action on a user of a read-only directory throws. */
    @Test
    void S49_ofWhomADirectoryHoldsReadOnlyNothingIsDemandedAndARefusalChangesNothing(NewRealm newRealm) {
        TestRealm there = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        there.addDirectory();
        TestUser named = TestRealm.directoryUser();
        SupportDesk desk = SupportDesk.with(there, "manage-users");
        String token = there.accessToken(named);
        String id = org.twofactor.keycloak.it.api.Jwt.of(token).claim("sub");
        Answer refused = desk.call("DELETE", "/users/" + id + "?enrol=true");
        assertThat(refused.status()).as(refused.text()).isEqualTo(409);
        assertThat(refused.field("errorMessage")).startsWith("enrol: this user comes from a directory");
        assertThat(there.api().get("/user/2fa").bearer(token).send().status())
                .as("the session lives")
                .isEqualTo(200);
        assertThat(desk.call("DELETE", "/users/" + id).status()).isEqualTo(200);
        assertThat(there.api().get("/user/2fa").bearer(token).send().status()).isEqualTo(401);
    }

    @Test
    void S60_S58_aResetIsOneAdminEventThatSaysWhatWentAndHoldsNoSecret() {
        Enrolled user = Enrolled.withTotp(realm);
        NativeOtp.add(realm, user.user());
        realm.admin().clearAdminEvents();
        desk.reset(user.user());
        assertThat(realm.adminEvents()).hasSize(1);
        AdminEventRepresentation event = realm.adminEvents().get(0);
        assertThat(event.getOperationType()).isEqualTo("ACTION");
        assertThat(event.getResourceType()).isEqualTo("USER");
        assertThat(event.getResourcePath())
                .isEqualTo("two-factor/users/" + user.user().id());
        assertThat(event.getRepresentation()).isNull();
        assertThat(event.getDetails())
                .containsEntry("two_factor_operation", "reset")
                .containsEntry("credential_types", "otp,recovery-code");
        assertThat(event.getDetails().toString())
                .doesNotContain(IssuedSecrets.all().keySet());
        assertThat(realm.events(user.user()))
                .as("each session that ended is an event of the user")
                .anySatisfy(logout -> assertThat(logout.getType()).isEqualTo("LOGOUT"));
    }

    /** As an import would: what matters is that another factor than ours is there. */
    private void addSecurityKey(TestUser user) {
        CredentialRepresentation key = new CredentialRepresentation();
        key.setType("webauthn");
        key.setCredentialData("{\"credentialId\":\"a2V5\",\"counter\":0}");
        key.setSecretData("{}");
        realm.update(user, it -> it.setCredentials(List.of(key)));
        assertThat(typesOf(user)).contains("webauthn");
    }

    private List<String> typesOf(TestUser user) {
        return realm.user(user).credentials().stream()
                .map(CredentialRepresentation::getType)
                .toList();
    }
}
