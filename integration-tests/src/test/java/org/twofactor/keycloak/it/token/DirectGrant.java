package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Keycloak's direct grant as a user with 2FA on meets it: the other way to a partial auth token, at any client. */
public final class DirectGrant {

    private DirectGrant() {}

    /** Fails unless the answer is {@code mfa_required}. */
    public static String partialToken(TestRealm realm, String clientId, TestUser user) {
        return partialToken(realm, clientId, user, Map.of());
    }

    /** As above, with more form fields than the usual. */
    public static String partialToken(TestRealm realm, String clientId, TestUser user, Map<String, String> more) {
        Answer answer = realm.directGrant(clientId, user, more);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.field("error")).isEqualTo("mfa_required");
        return answer.field("partial_auth_token");
    }
}
