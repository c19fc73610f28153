package org.twofactor.keycloak.it.mailfactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.userprofile.config.UPConfig;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** Where the account's verified address is a factor: who changes that address, and who is told what of the factor. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccountAddressIT {
    private final TestRealm realm;
    private final Inbox inbox;

    AccountAddressIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("emailWithoutEnrolment", "true", "mailInterval", "0"))
                .browserFlow(BrowserFlow.anyOf("two-factor-account-email-form"))
                .create();
        this.inbox = inbox;
        UPConfig profile = realm.admin().users().userProfile().getConfiguration();
        profile.setUnmanagedAttributePolicy(UPConfig.UnmanagedAttributePolicy.ADMIN_VIEW);
        realm.admin().users().userProfile().update(profile);
    }

    /** With a stolen access token and the password, but without the mailbox. */
    @Test
    void S68_anAddressThatIsChangedOnKeycloaksOwnPagesTakesNoFactorAway() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);

        Answer changed = changeAtAccountApi(user, "thief-" + user.address());

        assertThat(changed.status()).as(changed.text()).isBetween(200, 204);
        assertThat(realm.user(user.user()).toRepresentation().getEmail()).startsWith("thief-");
        assertThat(EmailEnrolled.logIn(realm, user.user()).status()).isEqualTo(401);
        assertThat(realm.directGrant(user.user()).field("error")).isEqualTo("mfa_required");
        assertThat(Transfer.initiate(realm, user.accessToken(), "next-" + user.address())
                        .message())
                .isEqualTo("SUDO_TOKEN_REQUIRED");
        assertNothingToSay(user.challenge(user.partialToken()));
        assertThat(user.nextCode()).hasSize(6);
        assertThat(inbox.all("thief-" + user.address())).noneMatch(Mail::hasCode);
    }

    /** What the factor is at REST it is in the browser: the one that was enrolled, if one was. */
    @Test
    void S68_theStepAsksForTheEnrolledAddressAsEveryOtherDoor() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);
        String own = "own-" + user.address();
        assertNothingToSay(EmailEnrolled.setUp(realm, user.sudoToken(), own));
        Answer enabled = EmailEnrolled.enable(realm, user.accessToken(), EmailEnrolled.code(inbox, own));
        assertThat(enabled.status()).as(enabled.text()).isEqualTo(200);
        int before = codesTo(user.address());

        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());

        assertThat(browser.code(EmailEnrolled.code(inbox, own)).loggedIn()).isTrue();
        assertThat(codesTo(user.address())).isEqualTo(before);
    }

    @Test
    void S68_aRowThatCannotBeReadIsNotMadeGoodByTheAccountsAddress() {
        TestUser user = realm.newUser();
        CredentialRepresentation row = new CredentialRepresentation();
        row.setType("email-otp");
        row.setCredentialData("{\"version\":1}");
        row.setSecretData("{}");
        realm.update(user, it -> it.setCredentials(List.of(row)));

        Answer login = EmailEnrolled.logIn(realm, user);
        assertThat(login.status()).isEqualTo(401);
        EmailEnrolled held = EmailEnrolled.of(realm, inbox, user, user.email(), "");
        assertThat(held.challenge(login.field("partialAuthToken")).status()).isEqualTo(500);
        assertThat(HttpBrowser.withPassword(realm, user).loggedIn()).isFalse();
        assertThat(codesTo(user.email())).isZero();
    }

    @Test
    void S68_whoHasAnotherFactorKeepsTwoFactorOnWithoutTheAddress() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);
        Device device = Device.scanning(realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(user.sudoToken())
                .json("{}")
                .send()
                .field("url"));
        Answer enabled = realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(user.accessToken())
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(Enrolled.texts(enabled)).hasSize(10);

        realm.update(user.user(), it -> it.setEmailVerified(false));

        Answer login = EmailEnrolled.logIn(realm, user.user());
        assertThat(login.status()).isEqualTo(401);
        assertThat(login.json().required("methods")).hasToString("[\"totp\",\"recovery-code\"]");
    }

    @Test
    void S68_theAttributeFollowsTheAddress() {
        TestUser user = realm.newUser();
        assertThat(mirrored(user)).containsExactly("email-otp");
        realm.update(user, it -> it.setEmailVerified(false));
        assertThat(mirrored(user)).containsExactly("none");

        String elsewhere = "elsewhere-" + user.email();
        String token = realm.accessToken(user);
        String code = Transfer.initiatedCode(realm, inbox, token, elsewhere);
        assertThat(Transfer.complete(realm, token, code).status()).isEqualTo(200);
        assertThat(mirrored(user)).containsExactly("email-otp");
    }

    /** A correction of what nobody has proved is no change of a factor. */
    @Test
    void S68_anAddressThatNobodyHasProvedIsNotKept() {
        TestUser user = realm.newUser(it -> it.setEmailVerified(false));
        EmailEnrolled without = EmailEnrolled.of(realm, inbox, user, user.email(), realm.accessToken(user));

        Answer changed = changeAtAccountApi(without, "right-" + user.email());

        assertThat(changed.status()).as(changed.text()).isBetween(200, 204);
        assertThat(realm.user(user).credentials())
                .extracting(CredentialRepresentation::getType)
                .containsExactly("password");
        assertThat(EmailEnrolled.logIn(realm, user).status()).isEqualTo(200);
    }

    @Test
    void S68_aChangeOfTheNameAloneEnrolsNothing() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);

        Answer changed = changeAtAccountApi(user, user.address());

        assertThat(changed.status()).as(changed.text()).isBetween(200, 204);
        assertThat(realm.user(user.user()).credentials())
                .extracting(CredentialRepresentation::getType)
                .containsExactly("password");
    }

    /** As docs/flows.md says: an administrator's word moves the factor. */
    @Test
    void S68_anAdministratorMovesTheFactorWithTheAddress() {
        TestUser user = realm.newUser();
        String elsewhere = "given-" + user.email();
        realm.update(user, it -> {
            it.setEmail(elsewhere);
            it.setEmailVerified(true);
        });
        EmailEnrolled held = EmailEnrolled.of(realm, inbox, user, elsewhere, "");
        assertThat(held.challengedCode(held.partialToken())).hasSize(6);
    }

    private Answer changeAtAccountApi(EmailEnrolled user, String address) {
        JsonNode current = realm.api()
                .get("/account/")
                .bearer(user.accessToken())
                .header("Accept", "application/json")
                .send()
                .json();
        return realm.api()
                .post("/account/")
                .bearer(user.accessToken())
                .header("Accept", "application/json")
                .json(Map.of(
                        "username",
                        current.required("username").textValue(),
                        "email",
                        address,
                        "firstName",
                        "Test",
                        "lastName",
                        "User"))
                .send();
    }

    private List<String> mirrored(TestUser user) {
        return realm.user(user).toRepresentation().getAttributes().get("twoFactorMethods");
    }

    private int codesTo(String address) {
        return (int) inbox.all(address).stream().filter(Mail::hasCode).count();
    }
}
