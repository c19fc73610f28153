package org.twofactor.keycloak.it.story;

import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;

/** The move of an account to another address, over REST. */
public final class Transfer {

    private Transfer() {}

    public static Answer initiate(TestRealm realm, String token, String address) {
        return initiate(realm, token, address, "");
    }

    /** @param query with its question mark */
    public static Answer initiate(TestRealm realm, String token, String address, String query) {
        return realm.api()
                .post("/user/email/initiate" + query)
                .bearer(token)
                .json(Map.of("email", address))
                .send();
    }

    public static Answer complete(TestRealm realm, String token, String code) {
        return realm.api()
                .put("/user/email")
                .bearer(token)
                .json(Map.of("otp", code))
                .send();
    }

    /** The code that {@link #initiate} sends to the new address. */
    public static String initiatedCode(TestRealm realm, Inbox inbox, String token, String address) {
        assertNothingToSay(initiate(realm, token, address));
        return EmailEnrolled.code(inbox, address);
    }
}
