package org.twofactor.keycloak.it.mailfactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import jakarta.ws.rs.BadRequestException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.admin.client.resource.AuthenticationManagementResource;
import org.keycloak.representations.idm.AuthenticationExecutionInfoRepresentation;
import org.keycloak.representations.idm.RequiredActionProviderRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** The setting {@code emailWithoutEnrolment}: the account's verified address is a factor, at every door or at none. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmailWithoutEnrolmentIT {
    private static final String STEP = "two-factor-account-email-form";
    private static final String SETTING = "emailWithoutEnrolment";
    private static final String ACTION = "CONFIGURE_TWO_FACTOR";

    private final TestRealm realm;
    private final Inbox inbox;

    EmailWithoutEnrolmentIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of(SETTING, "true", "mailInterval", "0"))
                .browserFlow(BrowserFlow.anyOf("two-factor-email-otp-form"))
                .create();
        this.inbox = inbox;
    }

    @Test
    void S68_thePasswordAloneOpensNoDoor() {
        TestUser user = realm.newUser();

        assertThat(realm.directGrant(user).field("error")).isEqualTo("mfa_required");
        Answer login = EmailEnrolled.logIn(realm, user);
        assertThat(login.status()).isEqualTo(401);
        assertThat(login.json().required("methods")).hasToString("[\"email-otp\"]");
        assertThat(HttpBrowser.withPassword(realm, user).loggedIn()).isFalse();
        Answer methods = realm.api()
                .get("/user/2fa")
                .bearer(login.field("partialAuthToken"))
                .send();
        assertThat(methods.json().required("enabled").asBoolean()).isTrue();
        assertThat(methods.json().required("emailOtp").required("email").textValue())
                .contains("•");
    }

    @Test
    void S68_aCodeToTheAccountsAddressOpensEachOfThem() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);
        assertThat(Jwt.of(user.accessToken()).claims().required("amr")).hasToString("[\"pwd\",\"mca\"]");

        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        assertThat(browser.code(EmailEnrolled.otherThan(user.nextCode())).loggedIn())
                .isFalse();
        TestUser other = realm.newUser();
        HttpBrowser right = HttpBrowser.withPassword(realm, other);
        assertThat(right.code(EmailEnrolled.code(inbox, other.email())).loggedIn())
                .isTrue();
    }

    /** Whoever had the password took tokens over REST, moved the address and got the codes of the browser. */
    @Test
    void S68_theAddressIsMovedWithTheFactorAlone() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);
        String elsewhere = "moved-" + user.address();
        assertThat(Transfer.initiate(realm, user.accessToken(), elsewhere).message())
                .isEqualTo("SUDO_TOKEN_REQUIRED");

        String sudo = user.sudoToken();
        String code = Transfer.initiatedCode(realm, inbox, sudo, elsewhere);
        assertThat(Transfer.complete(realm, user.accessToken(), code).status()).isEqualTo(200);

        assertNothingToSay(user.challenge(user.partialToken()));
        assertThat(EmailEnrolled.code(inbox, elsewhere)).hasSize(6);
    }

    @Test
    void S68_aFirstFactorIsSetUpWithASudoTokenAndBringsRecoveryCodes() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);
        for (String factor : List.of("totp", "email-otp")) {
            assertThat(setUp(factor, user.accessToken()).message()).as(factor).isEqualTo("SUDO_TOKEN_REQUIRED");
        }

        String sudo = user.sudoToken();
        Device device = Device.scanning(setUp("totp", sudo).field("url"));
        Answer enabled = realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(user.accessToken())
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(enabled.status()).as(enabled.text()).isEqualTo(200);
        assertThat(Enrolled.texts(enabled)).hasSize(10);
        assertThat(EmailEnrolled.logIn(realm, user.user()).json().required("methods"))
                .hasToString("[\"totp\",\"email-otp\",\"recovery-code\"]");
    }

    @Test
    void S68_whatNobodyHasEnrolledCannotBeRemoved() {
        EmailEnrolled user = EmailEnrolled.withoutSetUp(realm, inbox);

        Answer removed = user.disable(user.sudoToken());

        assertThat(removed.status()).isBetween(400, 499);
        assertThat(EmailEnrolled.logIn(realm, user.user()).status()).isEqualTo(401);
    }

    @Test
    void S68_anAddressThatNobodyHasProvedIsNoFactor() {
        TestUser user = realm.newUser(it -> it.setEmailVerified(false));

        assertThat(realm.directGrant(user).status()).isEqualTo(200);
        assertThat(HttpBrowser.withPassword(realm, user).loggedIn()).isTrue();
    }

    @Test
    void S68_theConsoleRefusesTheStepWhereTheAddressIsNoFactor(NewRealm newRealm) {
        TestRealm other = newRealm.create();
        AuthenticationManagementResource flows = other.admin().flows();
        flows.copy("browser", Map.of("newName", "mine")).close();
        flows.addExecution("mine", Map.of("provider", STEP));
        AuthenticationExecutionInfoRepresentation step = flows.getExecutions("mine").stream()
                .filter(it -> STEP.equals(it.getProviderId()))
                .findFirst()
                .orElseThrow();
        step.setRequirement("ALTERNATIVE");
        assertThatThrownBy(() -> flows.updateExecutions("mine", step))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refusal -> assertThat(refusal.getResponse().readEntity(String.class))
                                .contains("first switch on 'Email without enrolment' (emailWithoutEnrolment)"));
        assertThat(other.admin().flows().getExecutions("mine"))
                .filteredOn(it -> STEP.equals(it.getProviderId()))
                .allMatch(it -> it.getRequirement().equals("DISABLED"));

        other.settings(Map.of(SETTING, "true"));
        flows.updateExecutions("mine", step);
        assertThatThrownBy(() -> other.settings(Map.of(SETTING, "false")))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refusal -> assertThat(refusal.getResponse().readEntity(String.class))
                                .contains("write true, or first take the step"));
    }

    /** As a tool does that knows nothing of the action's configuration. */
    @Test
    void S68_S63_settingsThatAreLostByTheWayOpenNoDoor(NewRealm newRealm) {
        TestRealm other = newRealm.settings(Map.of(SETTING, "true")).create();
        TestUser user = other.newUser();
        loseSettings(other);
        assertThat(other.settings()).isEmpty();
        assertThat(other.directGrant(user).field("error")).isEqualTo("mfa_required");

        other.settings(Map.of("freeGuesses", "4"));
        assertThat(other.directGrant(user).status())
                .as("the admin has settings again, without it")
                .isEqualTo(200);
    }

    @Test
    void S68_S63_aSwitchThatWasOffStaysOffWhenItIsLost(NewRealm newRealm) {
        TestRealm other =
                newRealm.settings(Map.of(SETTING, "false", "freeGuesses", "4")).create();
        loseSettings(other);
        assertThat(other.settings()).isEmpty();
        assertThat(other.directGrant(other.newUser()).status()).isEqualTo(200);
    }

    private static void loseSettings(TestRealm realm) {
        RequiredActionProviderRepresentation action = realm.admin().flows().getRequiredAction(ACTION);
        action.setConfig(Map.of());
        realm.admin().flows().updateRequiredAction(ACTION, action);
    }

    private Answer setUp(String factor, String token) {
        return realm.api()
                .post("/user/2fa/" + factor + "/setup")
                .bearer(token)
                .json(factor.equals("totp") ? Map.of() : Map.of("email", "another@example.org"))
                .send();
    }
}
