package org.twofactor.keycloak.it.grant;

import java.util.HashMap;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.token.DirectGrant;

/** An OAuth client that logs its users in with a password, and then by the second-factor grant. */
public record GrantClient(TestRealm realm, String clientId) {
    static final String GRANT_TYPE = "urn:org.twofactor:params:oauth:grant-type:second-factor";
    static final String TOKEN = "/protocol/openid-connect/token";

    /** {@link TestClients#BACKEND}, which authenticates itself. */
    public static GrantClient confidential(TestRealm realm) {
        return new GrantClient(realm, TestClients.BACKEND);
    }

    /** {@link TestClients#APP}, which can't. */
    public static GrantClient open(TestRealm realm) {
        return new GrantClient(realm, TestClients.APP);
    }

    /** By the password grant, for the scope {@code openid}. */
    public String partialToken(TestUser user) {
        return DirectGrant.partialToken(realm, clientId, user);
    }

    public String partialToken(TestUser user, String scope) {
        return DirectGrant.partialToken(realm, clientId, user, Map.of("scope", scope));
    }

    /** Asks what is due. */
    public Answer due(String partial) {
        return send(form(partial));
    }

    /** Has the code sent. */
    public Answer challenge(String partial) {
        return send(form(partial, "factor", "email-otp"));
    }

    public Answer redeem(String partial, String factor, String code) {
        return send(form(partial, "factor", factor, "code", code));
    }

    /** Any parameters of the grant. */
    public Answer send(Map<String, String> form) {
        return realm.token(clientId, form);
    }

    /** The parameters for {@link #send}, names and values in turn. */
    static Map<String, String> form(String partial, String... more) {
        Map<String, String> form = new HashMap<>(Map.of("grant_type", GRANT_TYPE, "partial_auth_token", partial));
        for (int i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        return form;
    }
}
