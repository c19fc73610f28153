package org.twofactor.keycloak.it.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.RequiredActionProviderRepresentation;
import org.keycloak.representations.idm.UserRepresentation;
import org.keycloak.representations.userprofile.config.UPAttribute;
import org.keycloak.representations.userprofile.config.UPAttributePermissions;
import org.keycloak.representations.userprofile.config.UPConfig;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Transfer;

/** What the realm demands of addresses holds for one that an account moves to. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProfileRulesIT {
    private static final String WORDS = "Work addresses only, please: {0}";

    private final TestRealm realm;
    private final Inbox inbox;
    private final UPConfig profile;

    ProfileRulesIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0")).create();
        this.inbox = inbox;
        this.profile = realm.admin().users().userProfile().getConfiguration();
    }

    @AfterEach
    void asItWas() {
        realm.admin().users().userProfile().update(profile);
        enableUpdateEmail(false);
        realm.update(it -> {
            it.setRegistrationEmailAsUsername(false);
            it.setEditUsernameAllowed(false);
            it.setDuplicateEmailsAllowed(false);
            it.setLoginWithEmailAllowed(true);
        });
    }

    @Test
    void S50_anAddressThatBreaksTheRealmsPatternIsRefusedInTheRealmsWordsWhetherTakenOrFree() {
        TestUser owner = realm.newUser();
        String token = realm.accessToken(realm.newUser());
        demandPattern();
        for (String address : new String[] {owner.email(), "free-" + owner.email()}) {
            Answer answer = Transfer.initiate(realm, token, address);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message()).isEqualTo("Work addresses only, please: email");
            assertThat(inbox.all(address)).isEmpty();
        }
        String fine = "fine-" + owner.username() + "@work.example";
        assertNothingToSay(Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, fine)));
    }

    @Test
    void S50_aRuleThatCameWhileTheCodeWasUnderWayHoldsToo() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String code = Transfer.initiatedCode(realm, inbox, token, "new-" + user.email());
        demandPattern();
        Answer answer = Transfer.complete(realm, token, code);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("Work addresses only, please: email");
        assertThat(email(user)).isEqualTo(user.email());
    }

    @Test
    void S50_whereUsersMayNotEditTheirAddressItDoesNotMove() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String wanted = "new-" + user.email();
        String code = Transfer.initiatedCode(realm, inbox, token, wanted);
        changeEmailAttribute(
                it -> it.setPermissions(new UPAttributePermissions(Set.of("admin", "user"), Set.of("admin"))));
        Answer initiated = Transfer.initiate(realm, token, "other-" + user.email());
        assertReadOnly(initiated);
        assertReadOnly(Transfer.initiate(realm, token, realm.newUser().email()));
        assertReadOnly(Transfer.complete(realm, token, code));
        UserRepresentation after = realm.user(user).toRepresentation();
        assertThat(after.getEmail()).isEqualTo(user.email());
        assertThat(inbox.all("other-" + user.email())).isEmpty();
        assertThat(inbox.all(wanted)).as("the code, and no notice").hasSize(1);
    }

    @Test
    void S50_whereAddressesAreNamesTheNameFollows() {
        makeAddressesNames(true);
        TestUser user = realm.newUser(it -> it.setUsername(it.getEmail()));
        String wanted = "new-" + user.email();
        assertMoves(user, wanted);
        UserRepresentation after = realm.user(user).toRepresentation();
        assertThat(after.getEmail()).isEqualTo(wanted);
        assertThat(after.getUsername()).isEqualTo(wanted);
        assertThat(after.isEmailVerified()).isTrue();
        Answer login = realm.api()
                .post("/auth/login")
                .json(Map.of("username", wanted, "password", user.password()))
                .send();
        assertThat(login.status()).as(login.text()).isEqualTo(200);
    }

    /** As a realm comes: names are not for users to change. Keycloak's own action to update the address lets them. */
    @Test
    void S50_whereAddressesAreNamesThatUsersMayNotEditItTakesKeycloaksOwnActionForThat() {
        makeAddressesNames(false);
        TestUser user = realm.newUser(it -> it.setUsername(it.getEmail()));
        String token = realm.accessToken(user);
        String wanted = "new-" + user.email();
        for (String address : new String[] {wanted, realm.newUser().email()}) {
            Answer refused = Transfer.initiate(realm, token, address);
            assertReadOnly(refused);
        }
        enableUpdateEmail(true);
        String code = Transfer.initiatedCode(realm, inbox, token, wanted);
        enableUpdateEmail(false);
        assertReadOnly(Transfer.complete(realm, token, code));
        assertThat(email(user)).isEqualTo(user.email());

        enableUpdateEmail(true);
        assertMoves(user, wanted);
        assertThat(realm.user(user).toRepresentation().getUsername()).isEqualTo(wanted);
    }

    @Test
    void S50_whereAddressesMayBeSharedATakenOneGetsItsCodeAndIsShared() {
        realm.update(it -> {
            it.setLoginWithEmailAllowed(false);
            it.setDuplicateEmailsAllowed(true);
        });
        TestUser owner = realm.newUser();
        TestUser other = realm.newUser();
        assertMoves(other, owner.email());
        assertThat(email(other)).isEqualTo(owner.email());
        assertThat(email(owner)).isEqualTo(owner.email());
    }

    @Test
    void S50_whatElseOfTheProfileIsMissingKeepsNobodyWhereHeIs() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        realm.update(user, it -> it.setLastName(""));
        String wanted = "new-" + user.email();
        assertNothingToSay(Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, wanted)));
        UserRepresentation after = realm.user(user).toRepresentation();
        assertThat(after.getEmail()).isEqualTo(wanted);
        assertThat(after.getFirstName()).isEqualTo("Test");
    }

    private static void assertReadOnly(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("EMAIL_READ_ONLY");
    }

    private void makeAddressesNames(boolean editable) {
        realm.update(it -> {
            it.setRegistrationEmailAsUsername(true);
            it.setEditUsernameAllowed(editable);
        });
    }

    private void assertMoves(TestUser user, String wanted) {
        String token = realm.accessToken(user);
        assertNothingToSay(Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, wanted)));
    }

    private void enableUpdateEmail(boolean enabled) {
        RequiredActionProviderRepresentation action = realm.admin().flows().getRequiredAction("UPDATE_EMAIL");
        action.setEnabled(enabled);
        realm.admin().flows().updateRequiredAction("UPDATE_EMAIL", action);
    }

    private void demandPattern() {
        changeEmailAttribute(it ->
                it.getValidations().put("pattern", Map.of("pattern", ".+@work[.]example", "error-message", WORDS)));
    }

    private void changeEmailAttribute(Consumer<UPAttribute> change) {
        UPConfig changed = realm.admin().users().userProfile().getConfiguration();
        change.accept(changed.getAttribute("email"));
        realm.admin().users().userProfile().update(changed);
    }

    private String email(TestUser user) {
        return realm.user(user).toRepresentation().getEmail();
    }
}
