package org.twofactor.keycloak.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Optional;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.TokenVerifier;
import org.keycloak.common.VerificationException;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.endpoints.LogoutEndpoint;
import org.keycloak.protocol.oidc.endpoints.TokenEndpoint;
import org.keycloak.representations.AccessTokenResponse;
import org.keycloak.representations.RefreshToken;
import org.keycloak.services.util.UserSessionUtil;
import org.twofactor.keycloak.code.Secret;

/**
 * Keycloak's own token and logout endpoints, called from within: what a refresh token is worth, is theirs to say. They
 * authenticate the client as always, so that only a public client's tokens get through.
 */
final class KeycloakEndpoints {
    private final KeycloakSession session;
    private final RealmModel realm;

    KeycloakEndpoints(KeycloakSession session) {
        this.session = session;
        this.realm = session.getContext().getRealm();
    }

    /** The caller behind a refresh token; empty for everything else, and for one that is spent, revoked or expired. */
    Optional<Caller.Refresh> verifyRefreshToken(Secret token) {
        try {
            ClientModel client = issuedFor(token);
            if (client == null || !client.isEnabled()) {
                return Optional.empty();
            }
            session.getContext().setClient(client);
            TokenManager tokens = new TokenManager();
            RefreshToken refresh = tokens.verifyRefreshToken(
                    session, realm, client, session.getContext().getHttpRequest(), token.reveal(), true);
            UserSessionModel userSession = UserSessionUtil.findValidSessionForRefreshToken(
                            session, realm, refresh, client, invalid -> {})
                    .getUserSession();
            if (userSession == null
                    || userSession.getUser() == null
                    || !TokenManager.isUserValid(session, realm, refresh, userSession.getUser())) {
                return Optional.empty();
            }
            if (realm.isRevokeRefreshToken()) {
                tokens.validateTokenReuse(
                        session,
                        realm,
                        refresh,
                        userSession.getAuthenticatedClientSessionByClient(client.getId()),
                        false);
            }
            return Optional.of(new Caller.Refresh(userSession.getUser(), client, userSession, token));
        } catch (OAuthErrorException | VerificationException e) {
            return Optional.empty();
        }
    }

    /** The refresh grant of the token endpoint; empty where it refuses. */
    Optional<AccessTokenResponse> refresh(Caller.Refresh caller) {
        return posted(caller, Map.of(OAuth2Constants.GRANT_TYPE, OAuth2Constants.REFRESH_TOKEN), () -> {
            Response response = new TokenEndpoint(session, new TokenManager(), event()).processGrantRequest();
            return (AccessTokenResponse) response.getEntity();
        });
    }

    /** The logout endpoint's way for apps; false where it refuses. */
    boolean logOut(Caller.Refresh caller) {
        return posted(
                        caller,
                        Map.of(),
                        () -> new LogoutEndpoint(session, new TokenManager(), event(EventType.LOGOUT)).logout())
                .isPresent();
    }

    private <T> Optional<T> posted(
            Caller.Refresh caller, Map<String, String> form, java.util.function.Supplier<T> call) {
        HttpRequest original = session.getContext().getHttpRequest();
        session.getContext()
                .setHttpRequest(new FormRequest(original, form)
                        .with(OAuth2Constants.CLIENT_ID, caller.client().getClientId())
                        .with(OAuth2Constants.REFRESH_TOKEN, caller.token().reveal()));
        try {
            return Optional.of(call.get());
        } catch (WebApplicationException e) {
            return Optional.empty();
        } finally {
            session.getContext().setHttpRequest(original);
        }
    }

    private ClientModel issuedFor(Secret token) throws VerificationException {
        String clientId = TokenVerifier.create(token.reveal(), RefreshToken.class)
                .parse()
                .getToken()
                .getIssuedFor();
        return clientId == null ? null : realm.getClientByClientId(clientId);
    }

    private EventBuilder event() {
        return new EventBuilder(realm, session, session.getContext().getConnection());
    }

    private EventBuilder event(EventType type) {
        return event().event(type);
    }
}
