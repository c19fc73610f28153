package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.idm.PartialImportRepresentation;
import org.keycloak.representations.idm.UserRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/**
 * Whoever is exported and imported comes back with every row of ours (keycloak/keycloak#48890,
 * daniel-frak/keycloak-user-migration#187). What {@code kc.sh export} writes of a row is read from the table; the import is
 * Keycloak's own, the same for {@code kc.sh import} and the admin console's partial import.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportedRowsIT {
    private static final int LOCK_AFTER = 10;

    private final TestRealm realm;
    private final Backdoor backdoor;

    ImportedRowsIT(NewRealm newRealm, Backdoor backdoor) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("freeGuesses", "10", "lockAfter", "10", "mailInterval", "0"))
                .create();
        this.backdoor = backdoor;
    }

    @Test
    void S19_S63_aLockAndEveryOtherRowOfOursSurvivesAnImport(Inbox inbox) {
        TestUser account = realm.newUser();
        EmailEnrolled byMail = EmailEnrolled.in(realm, inbox, account, account.email());
        Answer setUp = realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(byMail.sudoTokenByRecoveryCode())
                .json("{}")
                .send();
        Device device = Device.scanning(setUp.field("url"));
        Answer enabled = realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(byMail.accessToken())
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(enabled.status()).as(enabled.text()).isEqualTo(200);
        String partial = byMail.partialToken();
        for (int guess = 0; guess < LOCK_AFTER; guess++) {
            totp(partial, device.wrongCode());
        }
        backdoor.update("insert into CREDENTIAL (ID, TYPE, USER_ID, CREDENTIAL_DATA, SECRET_DATA, PRIORITY, VERSION)"
                + " values ('" + UUID.randomUUID() + "', 'two-factor-trusted-device', '" + account.id()
                + "', '{\"until\":4000000000}', '{}', 90, 0)");
        List<List<String>> before = rows(account);
        assertThat(before)
                .extracting(row -> row.get(0))
                .contains("otp", "email-otp", "recovery-code", "two-factor-lock", "two-factor-trusted-device");

        TestUser imported = importAgain(account);

        assertThat(imported.id()).as("another account by now").isNotEqualTo(account.id());
        assertThat(rows(imported)).containsExactlyInAnyOrderElementsOf(before);
        String again = partialToken(imported);
        Answer right = totp(again, device.code());
        assertThat(right.status()).as("the lock came along").isEqualTo(429);
        assertThat(realm.api()
                        .post("/user/2fa/recovery-code/authenticate")
                        .bearer(again)
                        .json(Map.of("recoveryCode", byMail.recoveryCodes().get(1)))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    /** Over the account itself, as the partial import does it with {@code OVERWRITE}. */
    private TestUser importAgain(TestUser account) {
        UserRepresentation user = realm.user(account).toRepresentation();
        user.setId(null);
        user.setRealmRoles(List.of("default-roles-" + realm.name()));
        user.setCredentials(rows(account).stream().map(ImportedRowsIT::exported).toList());
        PartialImportRepresentation rep = new PartialImportRepresentation();
        rep.setIfResourceExists(PartialImportRepresentation.Policy.OVERWRITE.toString());
        rep.setUsers(List.of(user));
        try (Response response = realm.admin().partialImport(rep)) {
            assertThat(response.getStatus()).isEqualTo(200);
        }
        String id = realm.admin()
                .users()
                .searchByUsername(account.username(), true)
                .get(0)
                .getId();
        return new TestUser(id, account.username(), account.email(), account.password());
    }

    private static CredentialRepresentation exported(List<String> row) {
        CredentialRepresentation credential = new CredentialRepresentation();
        credential.setType(row.get(0));
        credential.setUserLabel(row.get(1).equals("null") ? null : row.get(1));
        credential.setCreatedDate(row.get(2).equals("null") ? null : Long.valueOf(row.get(2)));
        credential.setCredentialData(row.get(3));
        credential.setSecretData(row.get(4));
        return credential;
    }

    private List<List<String>> rows(TestUser user) {
        return backdoor.select("select TYPE, USER_LABEL, CREATED_DATE, cast(CREDENTIAL_DATA as varchar),"
                + " cast(SECRET_DATA as varchar) from CREDENTIAL"
                + " where USER_ID = '" + user.id() + "'");
    }

    private String partialToken(TestUser user) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send()
                .field("partialAuthToken");
    }

    private Answer totp(String token, String code) {
        return realm.api()
                .post("/user/2fa/totp/authenticate")
                .bearer(token)
                .json(Map.of("totp", code))
                .send();
    }
}
