package org.twofactor.keycloak.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keycloak.events.EventType;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.token.Redemption;
import org.twofactor.keycloak.token.Redemption.Outcome;
import org.twofactor.keycloak.token.SudoTokens;
import org.twofactor.keycloak.token.TokenIssuer;
import org.twofactor.keycloak.token.TokenIssuer.Issue;

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
        Secret sudo = new SudoTokens(operation.session())
                .issue(
                        access.userSession(),
                        access.client(),
                        factor,
                        operation.settings().level(factor),
                        access.managesAccount(),
                        operation.settings().sudoLifespan(),
                        operation.now());
        return Answer.json(Map.of("sudoToken", sudo.reveal()));
    }

    private Answer logIn(Caller.Partial partial) {
        TokenIssuer issuer =
                new TokenIssuer(operation.session(), operation.event().builder());
        Outcome outcome = new Redemption(operation.session(), operation.settings(), issuer)
                .redeem(partial.handle(), partial.token(), factor, Map.of(), operation.now());
        if (outcome instanceof Outcome.Refused refused) {
            return refusal(refused.why());
        }
        if (outcome instanceof Outcome.Spent) {
            return Answer.refusal(RestError.INVALID_TOKEN);
        }
        Outcome.LoggedIn loggedIn = (Outcome.LoggedIn) outcome;
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("accessToken", loggedIn.tokens().accessToken().reveal());
        loggedIn.tokens().refreshToken().ifPresent(refreshToken -> tokens.put("refreshToken", refreshToken.reveal()));
        tokens.put("sudoToken", loggedIn.sudoToken().reveal());
        return Answer.json(tokens);
    }

    static Answer refusal(Issue.Refusal why) {
        return Answer.refusal(
                why instanceof Issue.AccountNotSetUp ? RestError.ACCOUNT_NOT_SET_UP : RestError.CLIENT_NOT_ALLOWED);
    }
}
