package org.twofactor.keycloak.rest;

import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.password.PasswordCheck;
import org.twofactor.keycloak.password.PasswordCheck.Outcome;
import org.twofactor.keycloak.token.LoginClient;
import org.twofactor.keycloak.token.PartialTokens;
import org.twofactor.keycloak.token.PartialTokens.PartialToken;
import org.twofactor.keycloak.token.PasswordNote;
import org.twofactor.keycloak.token.TokenIssuer;
import org.twofactor.keycloak.token.TokenIssuer.Issue;
import org.twofactor.keycloak.token.TokenIssuer.Login;

/**
 * {@code /auth/login}: the password, then either tokens or, with 2FA on, a partial auth token. It does not rest on the
 * realm's direct grant flow, which may lack our step: with 2FA on there are never tokens here.
 */
final class PasswordLogin {
    private static final Logger LOG = Logger.getLogger(PasswordLogin.class);

    /** What a client that names none gets: userinfo works with it. */
    private static final String SCOPE = OAuth2Constants.SCOPE_OPENID;

    private final Operation operation;
    private final Optional<ClientModel> client;

    PasswordLogin(Operation operation) {
        this.operation = operation;
        this.client = LoginClient.of(operation.realm(), operation.settings());
    }

    Optional<ClientModel> client() {
        return client;
    }

    Answer answer(Secret username, Secret password) {
        if (client.isEmpty()) {
            LOG.errorf(
                    "/auth/login of realm '%s' has no client to log in to: in the configuration of the required action "
                            + "CONFIGURE_TWO_FACTOR, set loginClient to the client ID of a public client with direct "
                            + "access grants",
                    operation.realm().getName());
            return Answer.refusal(RestError.LOGIN_CLIENT_NOT_CONFIGURED);
        }
        String name = username.reveal().strip();
        Optional<UserModel> user = Optional.ofNullable(
                KeycloakModelUtils.findUserByNameOrEmail(operation.session(), operation.realm(), name));
        user.ifPresent(operation.event()::user);
        Outcome outcome = new PasswordCheck(operation.session(), operation.settings())
                .check(name, user, password, Devices.shown(operation), operation.now());
        if (outcome instanceof Outcome.Throttled throttled) {
            return Answer.tooMany(RestError.TOO_MANY_FAILED_PASSWORD_CHECKS, throttled.delay());
        }
        return outcome instanceof Outcome.Right right
                ? passwordWasRight(right.user(), client.get())
                : Answer.refusal(RestError.PASSWORD_INCORRECT);
    }

    private Answer passwordWasRight(UserModel user, ClientModel loginClient) {
        if (operation.factors().twoFactorOn(user)) {
            PartialToken due = new PartialToken(user, loginClient, SCOPE, PasswordNote.ofPassword());
            Secret handle = new PartialTokens(operation.session())
                    .issue(due, operation.settings().partialLifespan(), operation.now());
            return new Answer.SecondFactorDue(handle, operation.factors().usable(user));
        }
        Login login = new Login(user, loginClient, SCOPE, PasswordNote.ofPassword(), Optional.empty());
        Issue issue = new TokenIssuer(operation.session(), operation.event().builder()).issue(login, operation.now());
        if (issue instanceof Issue.Refusal refusal) {
            return SecondFactorLogin.refusal(refusal);
        }
        new RealmLockout(operation.session()).succeeded(user, PasswordCredentialModel.TYPE);
        return new Answer.Text(((Issue.Issued) issue).refreshToken().orElseThrow());
    }
}
