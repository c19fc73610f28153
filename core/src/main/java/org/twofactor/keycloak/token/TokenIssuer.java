package org.twofactor.keycloak.token;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.OAuth2Constants;
import org.keycloak.authentication.AuthenticatorUtil;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.AccessTokenResponse;
import org.keycloak.services.Urls;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.services.managers.AuthenticationSessionManager;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.util.TokenUtil;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.KeycloakCompat;

/**
 * Turns a finished log-in into Keycloak's own session and tokens, the way Keycloak's direct grant does: client policies,
 * required actions, scopes, DPoP and certificate binding, lightweight and offline tokens included.
 */
public final class TokenIssuer {
    private static final Logger LOG = Logger.getLogger(TokenIssuer.class);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final EventBuilder event;
    private final boolean withIdToken;

    /** One that makes no ID token, for a door that has no place for it. */
    public TokenIssuer(KeycloakSession session, EventBuilder event) {
        this(session, event, false);
    }

    private TokenIssuer(KeycloakSession session, EventBuilder event, boolean withIdToken) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.event = event;
        this.withIdToken = withIdToken;
    }

    /** One that makes an ID token too, where the scope has {@code openid}. */
    public TokenIssuer withIdToken() {
        return new TokenIssuer(session, event, true);
    }

    /**
     * A log-in that has proved all it had to.
     *
     * @param scope as the client asked for it, or null
     * @param factor the second factor that was given, if one was due
     */
    public record Login(
            UserModel user,
            ClientModel client,
            String scope,
            Map<String, String> sessionNotes,
            Optional<Proof> factor) {}

    /** A second factor that was given, and the level of authentication that it reaches. */
    public record Proof(FactorId factor, int level) {}

    /** What came of it. */
    public sealed interface Issue {
        /** @param response as Keycloak's token endpoint answers it */
        record Issued(AccessToken claims, AccessTokenResponse response, UserSessionModel userSession) implements Issue {
            public Secret accessToken() {
                return Secret.of(response.getToken());
            }

            /** Empty for a client that uses none. */
            public Optional<Secret> refreshToken() {
                return Optional.ofNullable(response.getRefreshToken()).map(Secret::of);
            }
        }

        /** No tokens. */
        sealed interface Refusal extends Issue {}

        /** The user has required actions to do first, in a browser. */
        record AccountNotSetUp() implements Refusal {}

        /** A client policy or the client's own configuration forbids it. */
        record ClientRefused() implements Refusal {}
    }

    public Issue issue(Login login, Instant now) {
        // First of all: signing algorithm and mappers go by the client in the context.
        session.getContext().setClient(login.client());
        try {
            KeycloakCompat.checkPoliciesBefore(session, login.scope());
            KeycloakCompat.readDPoPProof(session, event, login.client());
            AuthenticationSessionModel authentication = authenticated(login);
            KeycloakCompat.evaluateRequiredActions(session, authentication, event);
            if (login.user().getRequiredActionsStream().findAny().isPresent()
                    || !authentication.getRequiredActions().isEmpty()) {
                new AuthenticationSessionManager(session).removeAuthenticationSession(realm, authentication, false);
                return new Issue.AccountNotSetUp();
            }
            return minted(login, KeycloakCompat.openSession(session, authentication, event), now);
        } catch (ClientPolicyException e) {
            LOG.debugf("client policy: %s, %s", e.getError(), e.getErrorDetail());
            return refused();
        }
    }

    private AuthenticationSessionModel authenticated(Login login) {
        AuthenticationSessionModel authentication = new AuthenticationSessionManager(session)
                .createAuthenticationSession(realm, false)
                .createAuthenticationSession(login.client());
        authentication.setProtocol(OIDCLoginProtocol.LOGIN_PROTOCOL);
        authentication.setAction(AuthenticatedClientSessionModel.Action.AUTHENTICATE.name());
        authentication.setClientNote(
                OIDCLoginProtocol.ISSUER,
                Urls.realmIssuer(session.getContext().getUri().getBaseUri(), realm.getName()));
        authentication.setClientNote(OIDCLoginProtocol.SCOPE_PARAM, login.scope());
        authentication.setAuthenticatedUser(login.user());
        login.sessionNotes().forEach(authentication::setUserSessionNote);
        if (PasswordNote.isIn(login.sessionNotes())) {
            AuthenticatorUtil.addAuthCredential(authentication, PasswordCredentialModel.TYPE);
        }
        login.factor().ifPresent(proof -> {
            AuthenticatorUtil.addAuthCredential(authentication, proof.factor().credentialType());
            new AcrStore(session, authentication).setLevelAuthenticated(proof.level());
            SecondFactorNote.write(authentication, proof.factor());
        });
        session.getContext().setAuthenticationSession(authentication);
        return authentication;
    }

    private Issue minted(Login login, ClientSessionContext clientSession, Instant now) throws ClientPolicyException {
        UserSessionModel userSession = clientSession.getClientSession().getUserSession();
        // Whichever door it was: Keycloak reads the grant from the token's id, and takes no token of a grant that it
        // does
        // not know. A grant of our own would end every session with the day on which the JAR is taken out.
        clientSession.setAttribute(Constants.GRANT_TYPE, OAuth2Constants.PASSWORD);
        userSession.setNote(AuthenticationManager.AUTH_TIME, Long.toString(now.getEpochSecond()));
        OIDCAdvancedConfigWrapper client = OIDCAdvancedConfigWrapper.fromClientModel(login.client());

        TokenManager.AccessTokenResponseBuilder tokens = new TokenManager()
                .responseBuilder(realm, login.client(), event, session, userSession, clientSession)
                .generateAccessToken();
        if (client.isUseRefreshToken()) {
            tokens.generateRefreshToken();
            if (TokenUtil.TOKEN_TYPE_OFFLINE.equals(tokens.getRefreshToken().getType())) {
                // As for the direct grant: the offline session is enough.
                session.sessions().removeUserSession(realm, userSession);
                userSession = session.sessions().getOfflineUserSession(realm, userSession.getId());
            }
        }
        if (withIdToken && TokenUtil.isOIDCRequest(login.scope())) {
            tokens.generateIDToken().generateAccessTokenHash();
        }
        if (client.isUseMtlsHokToken() && !boundToCertificate(tokens)) {
            return refused();
        }
        KeycloakCompat.checkPoliciesAfter(session, login.scope(), clientSession, tokens);
        AccessToken claims = tokens.getAccessToken();
        return new Issue.Issued(claims, tokens.build(), userSession);
    }

    private boolean boundToCertificate(TokenManager.AccessTokenResponseBuilder tokens) {
        Optional<AccessToken.Confirmation> binding = KeycloakCompat.certificateBinding(session);
        binding.ifPresent(certificate -> {
            tokens.getAccessToken().setConfirmation(certificate);
            if (tokens.getRefreshToken() != null) {
                tokens.getRefreshToken().setConfirmation(certificate);
            }
        });
        return binding.isPresent();
    }

    /** No session stays behind a refusal. */
    private Issue refused() {
        session.getTransactionManager().setRollbackOnly();
        return new Issue.ClientRefused();
    }
}
