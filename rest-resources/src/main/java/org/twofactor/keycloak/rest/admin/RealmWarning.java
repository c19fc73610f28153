package org.twofactor.keycloak.rest.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.factor.AccountEmail;
import org.twofactor.keycloak.settings.LostSettings;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.token.LoginClient;

/**
 * What an administrator should mend in a realm.
 *
 * @param code what it is, for a program
 * @param text a sentence that says what to do
 */
public record RealmWarning(String code, String text) {

    /** @param unreadable how many users have credentials that nothing reads, by type */
    static List<RealmWarning> of(KeycloakSession session, RealmModel realm, Map<String, Long> unreadable) {
        List<RealmWarning> warnings = new ArrayList<>();
        if (!RealmSettings.isSwitchedOn(realm) && RealmSettings.hasOurSteps(realm)) {
            warnings.add(new RealmWarning(
                    "REQUIRED_ACTION_OFF",
                    "Flows of the realm ask for second factors, and the required action CONFIGURE_TWO_FACTOR is off:"
                            + " the REST API answers 404 and nobody can set a factor up on its pages. Switch it on"));
        }
        LostSettings.of(realm)
                .ifPresent(lost -> warnings.add(new RealmWarning(
                        "SETTINGS_LOST",
                        "A change of the required action CONFIGURE_TWO_FACTOR has cleared the settings " + lost
                                + ", and the defaults hold. Set them again, and have the tool that did it send them")));
        RealmSettings.complaints(session, realm)
                .forEach(it -> warnings.add(
                        new RealmWarning("SETTING_INVALID", it.sentence() + ". Until then the default holds")));
        RealmSettings.of(session, realm)
                .loginClient()
                .flatMap(id -> LoginClient.complaint(realm, id))
                .ifPresent(
                        it -> warnings.add(new RealmWarning("SETTING_INVALID", "Login client (loginClient): " + it)));
        if (AccountEmail.isAskedFor(realm) && !RealmSettings.of(session, realm).emailWithoutEnrolment()) {
            warnings.add(new RealmWarning(
                    "EMAIL_AT_ONE_DOOR",
                    "A flow asks for codes to the account's address, which is no second factor at the other doors:"
                            + " whoever has the password can move it over REST. Switch emailWithoutEnrolment on"));
        }
        unreadable.forEach((type, users) -> warnings.add(new RealmWarning(
                "UNREADABLE_CREDENTIALS",
                "%d users have credentials of the type %s, which no installed extension reads: if they were second"
                                .formatted(users, type)
                        + " factors, these users now log in with the password alone. Demand a new factor of them")));
        return warnings;
    }
}
