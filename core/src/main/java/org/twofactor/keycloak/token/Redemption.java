package org.twofactor.keycloak.token;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.PartialTokens.PartialToken;
import org.twofactor.keycloak.token.TokenIssuer.Issue;
import org.twofactor.keycloak.token.TokenIssuer.Login;
import org.twofactor.keycloak.token.TokenIssuer.Proof;

/**
 * What a right second factor gives to the holder of a partial token, at whichever door: a session with Keycloak's own
 * tokens, and a sudo token. It spends the partial token, and gives all that to one of those who redeem it together.
 *
 * <p>Whoever calls it has had the factor verified, and rolls everything back that does not end in {@link
 * Outcome.LoggedIn}: a session may be there by then.
 */
public final class Redemption {
    private final KeycloakSession session;
    private final Settings settings;
    private final TokenIssuer issuer;

    public Redemption(KeycloakSession session, Settings settings, TokenIssuer issuer) {
        this.session = session;
        this.settings = settings;
        this.issuer = issuer;
    }

    /** What came of it. */
    public sealed interface Outcome {
        record LoggedIn(Issue.Issued tokens, Secret sudoToken) implements Outcome {}

        /** Somebody else has redeemed it at the same moment. */
        record Spent() implements Outcome {}

        /** The partial token is not spent. */
        record Refused(Issue.Refusal why) implements Outcome {}
    }

    /**
     * @param clientNotes what the authentication of the client has to say to the session; empty for a public one
     */
    public Outcome redeem(
            Secret handle, PartialToken partial, FactorId factor, Map<String, String> clientNotes, Instant now) {
        int level = settings.level(factor);
        Map<String, String> notes = new HashMap<>(partial.sessionNotes());
        notes.putAll(clientNotes);
        Login login = new Login(
                partial.user(), partial.client(), partial.scope(), notes, Optional.of(new Proof(factor, level)));
        Issue issue = issuer.issue(login, now);
        if (issue instanceof Issue.Refusal refusal) {
            return new Outcome.Refused(refusal);
        }
        Issue.Issued issued = (Issue.Issued) issue;
        // Last, so that what is refused above does not spend it. Who comes second here is rolled back, session and all.
        if (!new PartialTokens(session).redeem(handle)) {
            return new Outcome.Spent();
        }
        UserSessionModel userSession = issued.userSession();
        boolean manages = new AccountAccess(session, settings).mayManage(issued.claims(), partial.user(), userSession);
        Secret sudoToken = new SudoTokens(session)
                .issue(userSession, partial.client(), factor, level, manages, settings.sudoLifespan(), now);
        return new Outcome.LoggedIn(issued, sudoToken);
    }
}
