package org.twofactor.keycloak.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.idm.UserRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** A database that fails in the middle of it leaves neither half a factor nor half a move. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailFactorFaultIT {
    private final TestRealm realm;
    private final Inbox inbox;
    private final Backdoor backdoor;

    MailFactorFaultIT(NewRealm newRealm, Inbox inbox, Backdoor backdoor) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0"))
                .browserFlow(BrowserFlow.anyOf("two-factor-email-otp-form", "two-factor-recovery-code-form"))
                .create();
        this.inbox = inbox;
        this.backdoor = backdoor;
    }

    @ParameterizedTest
    @ValueSource(strings = {"email-otp", "recovery-code"})
    void S57_aDatabaseThatRefusesOneOfItsCredentialsLeavesNoHalfAFactor(String refused) {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String code = setUp(user, token);
        backdoor.refusing("CREDENTIAL", "TYPE <> '" + refused + "'", () -> {
            Answer answer = EmailEnrolled.enable(realm, token, code);
            assertThat(answer.message()).isEqualTo("INTERNAL_ERROR");
            assertThat(answer.json().has("recoveryCodes")).isFalse();
        });
        assertThat(realm.user(user).credentials())
                .extracting(CredentialRepresentation::getType)
                .containsExactly("password");
        assertThat(realm.directGrant(user).status()).as("no factor is on").isEqualTo(200);
        assertThat(EmailEnrolled.enable(realm, token, code).status())
                .as("what was taken is spent")
                .isIn(401, 409);

        assertThat(EmailEnrolled.enable(realm, token, setUp(user, token)).status())
                .isEqualTo(200);
        assertThat(inbox.await(user.email(), 3).stream().filter(mail -> !mail.hasCode()))
                .as("one notice, of what came about")
                .hasSize(1);
    }

    @Test
    void S57_anEventThatCannotBeStoredMovesNoAccount() {
        TestUser user = realm.newUser();
        assertStays(user, "EVENT_ENTITY", "USER_ID is null or USER_ID <> '" + user.id() + "'");
    }

    @Test
    void S57_aDatabaseThatRefusesTheNewAddressMovesNoAccount() {
        TestUser user = realm.newUser();
        assertStays(user, "USER_ENTITY", "EMAIL is null or EMAIL <> 'new-" + user.email() + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not what it was", "{}", "{\"email\":null}", "[]", "{\"email\":{}}"})
    void S57_aCorruptCredentialLetsNobodyInCostsNoGuessAndCanBeReplaced(String data) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String code = user.challengedCode(user.accessToken());
        corrupt(user, data);
        for (int guess = 0; guess < 7; guess++) {
            assertThat(user.authenticate(user.accessToken(), code).message()).isEqualTo("INTERNAL_ERROR");
        }
        assertThat(user.challenge(user.accessToken()).message()).isEqualTo("INTERNAL_ERROR");
        assertThat(user.nextEmail(user.accessToken()).message()).isEqualTo("INTERNAL_ERROR");
        assertThat(user.methods().json().get("enabled").asBoolean()).isTrue();
        assertThat(user.methods().json().get("emailOtp").isNull()).isTrue();
        assertThat(realm.directGrant(user.user()).field("error")).isEqualTo("mfa_required");

        assertNothingToSay(EmailEnrolled.setUp(realm, user.sudoTokenByRecoveryCode(), user.address()));
        assertThat(EmailEnrolled.enable(realm, user.accessToken(), user.nextCode())
                        .status())
                .isEqualTo(200);
        assertThat(user.authenticate(user.accessToken(), user.challengedCode(user.accessToken()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void S57_thePageSaysThatACorruptCredentialIsOfNoUseAndAnotherWayIs() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String code = user.challengedCode(user.accessToken());
        corrupt(user, "{}");
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        assertNotAvailable(browser);
        browser.code(code);
        assertThat(browser.loggedIn()).isFalse();
        assertNotAvailable(browser);
        browser.post(Map.of("send", "true"));
        assertNotAvailable(browser);
        browser.tryOtherWay().code(user.recoveryCodes().get(0));
        assertThat(browser.loggedIn()).as(browser.heading()).isTrue();
    }

    private static void assertNotAvailable(HttpBrowser browser) {
        assertThat(browser.body())
                .contains("This method can’t be used.")
                .as("nowhere to send a code")
                .doesNotContain("•••", "name=\"send\"");
    }

    private void corrupt(EmailEnrolled user, String data) {
        assertThat(backdoor.update("update CREDENTIAL set CREDENTIAL_DATA = '" + data
                        + "' where TYPE = 'email-otp' and USER_ID = '"
                        + user.user().id() + "'"))
                .isEqualTo(1);
    }

    private String setUp(TestUser user, String token) {
        assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
        return EmailEnrolled.code(inbox, user.email());
    }

    private void assertStays(TestUser user, String table, String whatMayCome) {
        String token = realm.accessToken(user);
        String wanted = "new-" + user.email();
        String code = Transfer.initiatedCode(realm, inbox, token, wanted);
        realm.update(user, it -> it.setRequiredActions(List.of("VERIFY_EMAIL")));
        backdoor.refusing(
                table,
                whatMayCome,
                () -> assertThat(Transfer.complete(realm, token, code).status()).isIn(409, 500));
        UserRepresentation after = realm.user(user).toRepresentation();
        assertThat(after.getEmail()).isEqualTo(user.email());
        assertThat(after.getRequiredActions()).containsExactly("VERIFY_EMAIL");

        assertNothingToSay(Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, wanted)));
        assertThat(realm.user(user).toRepresentation().getEmail()).isEqualTo(wanted);
        assertThat(inbox.await(wanted, 3).stream().filter(mail -> !mail.hasCode()))
                .as("one notice, of what came about")
                .hasSize(1)
                .extracting(Mail::to)
                .containsExactly(wanted);
    }
}
