package org.twofactor.keycloak.it.browser;

import java.util.List;
import java.util.Map;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** What a user's second factors are once the pages are done: as the administrator and REST see them. */
final class Factors {

    private Factors() {}

    /** The types of all credentials but the password. */
    static List<String> of(TestRealm realm, TestUser user) {
        return realm.user(user).credentials().stream()
                .map(CredentialRepresentation::getType)
                .filter(type -> !type.equals(CredentialRepresentation.PASSWORD))
                .sorted()
                .toList();
    }

    static CredentialRepresentation one(TestRealm realm, TestUser user, String type) {
        return realm.user(user).credentials().stream()
                .filter(credential -> credential.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /** The status of a log-in at REST with that code: 200 where it is right. */
    static int totp(TestRealm realm, TestUser user, String code) {
        return logIn(realm, user, "totp", Map.of("totp", code));
    }

    static int recoveryCode(TestRealm realm, TestUser user, String code) {
        return logIn(realm, user, "recovery-code", Map.of("recoveryCode", code));
    }

    private static int logIn(TestRealm realm, TestUser user, String factor, Map<String, String> body) {
        Answer password = realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
        return realm.api()
                .post("/user/2fa/" + factor + "/authenticate")
                .bearer(password.field("partialAuthToken"))
                .json(body)
                .send()
                .status();
    }
}
