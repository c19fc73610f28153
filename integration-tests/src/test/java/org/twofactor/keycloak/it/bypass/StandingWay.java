package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/**
 * A way to tokens that Keycloak has no flow for: from a session that was there before the user had a second factor, or
 * by somebody else's word.
 */
final class StandingWay extends Way {
    private final How how;
    private final Map<String, Session> sessions = new HashMap<>();

    private StandingWay(TestRealm realm, Inbox inbox, How how) {
        super(realm, inbox);
        this.how = how;
    }

    /** From before the second factor: in a browser, and by the password grant of two clients. */
    record Session(TestUser user, Walk browser, Answer atApp, Answer atBackend) {}

    /** What is done with it. */
    @FunctionalInterface
    interface How {
        Answer tokens(TestRealm realm, Session session);

        /** @return the access token */
        default String accessToken(TestRealm realm, Session session) {
            Answer answer = tokens(realm, session);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            return answer.mediaType().equals("text/plain") ? answer.text() : answer.field("access_token");
        }
    }

    static StandingWay by(TestRealm realm, Inbox inbox, How how) {
        return new StandingWay(realm, inbox, how);
    }

    /** Single sign-on with another app. */
    static Answer sso(TestRealm realm, Session session) {
        return CodeWay.tokens(realm, session.browser().anotherTab().open(Walk.login(realm, TestClients.APP, Map.of())));
    }

    static Answer refresh(TestRealm realm, Session session) {
        return realm.token(
                TestClients.BACKEND,
                Map.of(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        session.atBackend().field("refresh_token")));
    }

    /** Our own door for the refresh token. */
    static Answer accessToken(TestRealm realm, Session session) {
        return realm.api()
                .get("/auth/accesstoken")
                .bearer(session.atApp().field("refresh_token"))
                .send();
    }

    /** @see <a href="https://www.rfc-editor.org/rfc/rfc8693">RFC 8693 OAuth 2.0 Token Exchange</a> */
    static Answer exchange(TestRealm realm, Session session) {
        return realm.token(
                TestClients.BACKEND,
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:token-exchange",
                        "subject_token",
                        session.atBackend().field("access_token"),
                        "subject_token_type",
                        "urn:ietf:params:oauth:token-type:access_token"));
    }

    /** An administrator of the realm in a browser, as the user. */
    static Answer impersonation(TestRealm realm, Session session, String adminToken) {
        Walk walk = Walk.afresh()
                .with("Authorization", "Bearer " + adminToken)
                .submit(
                        realm.api().base().toString().replace("/realms/", "/admin/realms/") + "/users/"
                                + session.user().id() + "/impersonation",
                        Map.of());
        return CodeWay.tokens(realm, walk.anotherTab().open(Walk.login(realm, TestClients.APP, Map.of())));
    }

    /** The page's placement is bound to show that it does not matter. */
    @Override
    void bind(Placement placement) {
        realm().update(it -> it.setBrowserFlow(placement.flow("browser")));
    }

    @Override
    Holder newHolder(Holding holding) {
        TestUser user = newUser();
        Walk browser = Walk.afresh()
                .open(Walk.login(realm(), TestClients.APP, Map.of()))
                .password(user);
        sessions.put(
                user.id(),
                new Session(
                        user,
                        browser,
                        realm().directGrant(user),
                        realm().directGrant(TestClients.BACKEND, user, Map.of())));
        return holding.give(realm(), user, inbox());
    }

    @Override
    Outcome go(Holder holder) {
        return letIn(holder, how.accessToken(realm(), sessions.get(holder.user().id())));
    }
}
