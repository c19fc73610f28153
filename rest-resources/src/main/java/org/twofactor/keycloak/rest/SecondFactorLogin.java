package org.twofactor.keycloak.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.UserSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.token.PartialTokens;
import org.twofactor.keycloak.token.SudoTokens;
import org.twofactor.keycloak.token.TokenIssuer;
import org.twofactor.keycloak.token.TokenIssuer.Issue;
import org.twofactor.keycloak.token.TokenIssuer.Login;
import org.twofactor.keycloak.token.TokenIssuer.Proof;

/**
 * What a right second factor gives: a sudo token to the holder of an access token; a session with all three tokens to
 * the holder of a partial one, which it spends.
 */
record SecondFactorLogin(Operation operation, FactorId factor) {

    Answer answer(Caller caller) {
        if (caller instanceof Caller.Partial partial) {
            return logIn(partial);
        }
        Caller.Access access = (Caller.Access) caller;
        // Nobody logged in: the session was there.
        operation.event().type(EventType.CUSTOM_REQUIRED_ACTION);
        Secret sudo = sudo(access.userSession(), access.client(), access.managesAccount());
        return Answer.json(Map.of("sudoToken", sudo.reveal()));
    }

    private Answer logIn(Caller.Partial partial) {
        Login login = new Login(
                partial.user(),
                partial.client(),
                partial.token().scope(),
                partial.token().sessionNotes(),
                Optional.of(new Proof(factor, operation.settings().level(factor))));
        Issue issue = new TokenIssuer(operation.session(), operation.event().builder()).issue(login, operation.now());
        if (!(issue instanceof Issue.Issued issued)) {
            return refusal(issue);
        }
        // Last, so that what is refused above does not spend it. Who comes second here is rolled back, session and all.
        if (!new PartialTokens(operation.session()).redeem(partial.handle())) {
            return Answer.refusal(RestError.INVALID_TOKEN);
        }
        boolean manages = operation.callers().managesAccount(issued.claims(), partial.user(), issued.userSession());
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("accessToken", issued.accessToken().reveal());
        issued.refreshToken().ifPresent(refreshToken -> tokens.put("refreshToken", refreshToken.reveal()));
        tokens.put(
                "sudoToken",
                sudo(issued.userSession(), partial.client(), manages).reveal());
        return Answer.json(tokens);
    }

    static Answer refusal(Issue issue) {
        return Answer.refusal(
                issue instanceof Issue.AccountNotSetUp ? RestError.ACCOUNT_NOT_SET_UP : RestError.CLIENT_NOT_ALLOWED);
    }

    private Secret sudo(UserSessionModel userSession, ClientModel client, boolean manages) {
        return new SudoTokens(operation.session())
                .issue(
                        userSession,
                        client,
                        factor,
                        operation.settings().level(factor),
                        manages,
                        operation.settings().sudoLifespan(),
                        operation.now());
    }
}
