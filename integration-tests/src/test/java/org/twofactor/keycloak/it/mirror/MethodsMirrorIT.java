package org.twofactor.keycloak.it.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.BadRequestException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.idm.PartialImportRepresentation;
import org.keycloak.representations.idm.UserRepresentation;
import org.keycloak.representations.userprofile.config.UPAttribute;
import org.keycloak.representations.userprofile.config.UPAttributePermissions;
import org.keycloak.representations.userprofile.config.UPConfig;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** The attribute follows the credentials, whichever door they come and go by; and nothing follows the attribute. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MethodsMirrorIT {
    private static final Pattern KEY = Pattern.compile("<code id=\"two-factor-key\"[^>]*>([^<]+)</code>");

    private final TestRealm realm;

    MethodsMirrorIT(NewRealm newRealm) {
        // A realm that keeps and logs no events tells of them all the same.
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .withoutEvents()
                .create();
        UPConfig profile = realm.admin().users().userProfile().getConfiguration();
        profile.setUnmanagedAttributePolicy(UPConfig.UnmanagedAttributePolicy.ENABLED);
        realm.admin().users().userProfile().update(profile);
    }

    @Test
    void anAdminFindsUsersByWhatTheyHaveEnrolled(Inbox inbox) {
        TestUser without = realm.newUser();
        Enrolled totp = Enrolled.withTotp(realm);
        EmailEnrolled mail = EmailEnrolled.in(realm, inbox);
        assertThat(found("totp"))
                .contains(totp.user().id())
                .doesNotContain(mail.user().id(), without.id());
        assertThat(found("email-otp"))
                .contains(mail.user().id())
                .doesNotContain(totp.user().id());
        assertThat(found("recovery-code"))
                .contains(totp.user().id(), mail.user().id());
        assertThat(found("none"))
                .contains(without.id())
                .doesNotContain(totp.user().id(), mail.user().id());
    }

    @Test
    void restIsMirrored() {
        Enrolled user = Enrolled.withTotp(realm);
        assertThat(mirrored(user.user())).containsExactly("recovery-code", "totp");
        Answer off =
                realm.api().delete("/user/2fa/totp").bearer(user.sudoToken()).send();
        assertThat(off.status()).isEqualTo(200);
        assertThat(mirrored(user.user())).containsExactly("none");
    }

    @Test
    void theEnrolmentPageIsMirrored() {
        TestUser user = realm.newUser(it -> it.setRequiredActions(List.of("CONFIGURE_TOTP")));
        HttpBrowser browser = HttpBrowser.withPassword(realm, user);
        Matcher key = KEY.matcher(browser.body());
        assertThat(key.find()).as(browser.body()).isTrue();
        IssuedSecrets.add("TOTP seed", key.group(1).replace(" ", ""));
        Device phone =
                Device.scanning("otpauth://totp/key?secret=" + key.group(1).replace(" ", ""));
        assertThat(mirrored(user)).containsExactly("none");
        browser.post(Map.of("page", "two-factor-enrol-totp", "code", phone.code()));
        assertThat(mirrored(user)).containsExactly("recovery-code", "totp");
    }

    @Test
    void theAdminConsoleIsMirrored() {
        TestUser user = realm.newUser();
        assertThat(mirrored(user)).containsExactly("none");
        NativeOtp.add(realm, user);
        assertThat(mirrored(user)).containsExactly("totp");
        realm.user(user).credentials().stream()
                .filter(row -> row.getType().equals("otp"))
                .forEach(row -> realm.user(user).removeCredential(row.getId()));
        assertThat(mirrored(user)).containsExactly("none");
    }

    @Test
    void theAccountApiRemovesNoSecondFactorAndNothingChanges() {
        Enrolled user = Enrolled.withTotp(realm);
        CredentialRepresentation key = new CredentialRepresentation();
        key.setType("webauthn");
        key.setCredentialData("{\"credentialId\":\"a2V5\",\"counter\":0}");
        key.setSecretData("{}");
        realm.update(user.user(), it -> it.setCredentials(List.of(key)));
        String token = user.newAccessToken();
        List<CredentialRepresentation> factors = realm.user(user.user()).credentials().stream()
                .filter(row -> !row.getType().equals("password"))
                .toList();
        assertThat(factors)
                .extracting(CredentialRepresentation::getType)
                .containsExactlyInAnyOrder("otp", "recovery-code", "webauthn");
        for (CredentialRepresentation factor : factors) {
            Answer gone = realm.api()
                    .delete("/account/credentials/" + factor.getId())
                    .bearer(token)
                    .header("Accept", "application/json")
                    .send();
            assertThat(gone.status()).as(factor.getType()).isEqualTo(400);
        }
        assertThat(mirrored(user.user())).containsExactlyInAnyOrder("recovery-code", "totp", "webauthn");
    }

    @Test
    void whatComesInWithoutAnEventIsMirroredAtTheNextLogIn(Backdoor backdoor) {
        Enrolled user = Enrolled.withTotp(realm);
        backdoor.update("delete from CREDENTIAL where TYPE in ('otp', 'recovery-code') and USER_ID = '"
                + user.user().id() + "'");
        assertThat(mirrored(user.user())).containsExactly("recovery-code", "totp");
        realm.accessToken(user.user());
        assertThat(mirrored(user.user())).containsExactly("none");
    }

    @Test
    void aPartialImportIsMirrored() {
        TestUser pattern = realm.newUser();
        UserRepresentation imported = realm.user(pattern).toRepresentation();
        realm.user(pattern).remove();
        imported.setAttributes(Map.of());
        CredentialRepresentation password = new CredentialRepresentation();
        password.setType(CredentialRepresentation.PASSWORD);
        password.setValue(pattern.password());
        imported.setCredentials(List.of(password));
        PartialImportRepresentation partial = new PartialImportRepresentation();
        partial.setUsers(List.of(imported));
        partial.setIfResourceExists("FAIL");
        realm.admin().partialImport(partial).close();
        TestUser user = new TestUser(
                realm.admin()
                        .users()
                        .searchByUsername(pattern.username(), true)
                        .get(0)
                        .getId(),
                pattern.username(),
                pattern.email(),
                pattern.password());
        assertThat(mirrored(user)).containsExactly("none");
    }

    @Test
    void whatAUserWritesOverTheAttributeSwitchesNothingOffAndIsWrittenBackAtOnce() {
        Enrolled user = Enrolled.withTotp(realm);
        overwrite(user, List.of("none"));
        assertThat(mirrored(user.user())).containsExactly("recovery-code", "totp");
        assertTwoFactorIsOn(user);
    }

    /** As docs/admin.md advises. */
    @Test
    void inTheUserProfileItIsMirroredAndNobodyCanWriteIt(NewRealm newRealm) {
        TestRealm with = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        UPConfig profile = with.admin().users().userProfile().getConfiguration();
        UPAttribute attribute =
                new UPAttribute("twoFactorMethods", new UPAttributePermissions(Set.of("admin"), Set.of()));
        attribute.setMultivalued(true);
        profile.addOrReplaceAttribute(attribute);
        with.admin().users().userProfile().update(profile);
        TestUser user = with.newUser();
        Enrolled.withTotp(with, user);
        assertThatThrownBy(() -> with.update(user, it -> it.getAttributes().put("twoFactorMethods", List.of("none"))))
                .isInstanceOf(BadRequestException.class);
        with.update(user, it -> it.setFirstName("Saved all the same"));
        assertThat(with.user(user).toRepresentation().getAttributes().get("twoFactorMethods"))
                .containsExactlyInAnyOrder("recovery-code", "totp");
    }

    @Test
    void theSettingSwitchesItOff(NewRealm newRealm) {
        TestRealm off = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("methodsAttribute", "false"))
                .create();
        Enrolled user = Enrolled.withTotp(off);
        assertThat(user.logIn().status()).isEqualTo(200);
        assertThat(off.user(user.user()).toRepresentation().getAttributes())
                .satisfiesAnyOf(
                        attributes -> assertThat(attributes).isNull(),
                        attributes -> assertThat(attributes).doesNotContainKey("twoFactorMethods"));
    }

    @Test
    void aFalseAttributeLetsNobodyInAndLocksNobodyOut(Backdoor backdoor) {
        Enrolled user = Enrolled.withTotp(realm);
        for (String lie : List.of("none", "webauthn", "")) {
            backdoor.update("update USER_ATTRIBUTE set VALUE = '" + lie + "' where NAME = 'twoFactorMethods'");
            assertTwoFactorIsOn(user);
        }
        TestUser without = realm.newUser();
        backdoor.update("update USER_ATTRIBUTE set VALUE = 'totp' where NAME = 'twoFactorMethods' and USER_ID = '"
                + without.id() + "'");
        assertThat(realm.directGrant(without).status()).isEqualTo(200);
    }

    private void assertTwoFactorIsOn(Enrolled user) {
        assertThat(user.methods().json().get("enabled").asBoolean()).isTrue();
        assertThat(user.partialToken()).startsWith("2fa.");
        assertThat(realm.directGrant(user.user()).field("error")).isEqualTo("mfa_required");
        Answer off =
                realm.api().delete("/user/2fa/totp").bearer(user.accessToken()).send();
        assertThat(off.message()).isEqualTo("SUDO_TOKEN_REQUIRED");
    }

    /** By Keycloak's account API, as the account console does. */
    private void overwrite(Enrolled user, List<String> value) {
        Answer answer = realm.api()
                .post("/account/")
                .bearer(user.accessToken())
                .header("Accept", "application/json")
                .json(Map.of(
                        "username", user.user().username(),
                        "email", user.user().email(),
                        "firstName", "Test",
                        "lastName", "User",
                        "attributes", Map.of("twoFactorMethods", value)))
                .send();
        assertThat(answer.status()).as(answer.text()).isBetween(200, 204);
    }

    private List<String> mirrored(TestUser user) {
        return realm.user(user).toRepresentation().getAttributes().get("twoFactorMethods").stream()
                .sorted()
                .toList();
    }

    private List<String> found(String method) {
        return realm.admin().users().searchByAttributes("twoFactorMethods:" + method).stream()
                .map(UserRepresentation::getId)
                .toList();
    }
}
