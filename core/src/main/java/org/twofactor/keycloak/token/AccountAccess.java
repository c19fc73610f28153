package org.twofactor.keycloak.token;

import org.keycloak.models.AccountRoles;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProviderFactory;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;
import org.twofactor.keycloak.settings.Settings;

/**
 * What an access token may do to its user's account, as Keycloak's account API has it: the audience {@code account}, and
 * the role both in the token and of the user; or a client that the realm lists.
 */
public final class AccountAccess {
    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;

    public AccountAccess(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
    }

    public boolean mayManage(AccessToken token, UserModel user, UserSessionModel userSession) {
        return may(token, user, userSession, AccountRoles.MANAGE_ACCOUNT);
    }

    /** Whether it may at least read; who may manage may not always, by this question alone. */
    public boolean mayView(AccessToken token, UserModel user, UserSessionModel userSession) {
        return may(token, user, userSession, AccountRoles.VIEW_PROFILE);
    }

    /** Whether the user may manage the account at all, whatever the token. */
    public boolean mayManage(UserModel user) {
        return hasRole(user, AccountRoles.MANAGE_ACCOUNT);
    }

    private boolean may(AccessToken token, UserModel user, UserSessionModel userSession, String role) {
        if (settings.allowedClients().contains(token.getIssuedFor())) {
            return hasRole(user, role);
        }
        if (userSession == null) {
            return false;
        }
        AccessToken whole = whole(token, userSession);
        AccessToken.Access roles = whole.getResourceAccess(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID);
        return whole.hasAudience(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID)
                && roles != null
                && roles.isUserInRole(role)
                && hasRole(user, role);
    }

    /** A lightweight token carries neither audience nor roles: asked for as introspection would show it. */
    private AccessToken whole(AccessToken token, UserSessionModel userSession) {
        if (token.getAudience() != null && token.getResourceAccess(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID) != null) {
            return token;
        }
        var introspection = (AccessTokenIntrospectionProvider<?>) session.getProvider(
                TokenIntrospectionProvider.class, AccessTokenIntrospectionProviderFactory.ACCESS_TOKEN_TYPE);
        return introspection.transformAccessToken(token, userSession);
    }

    private boolean hasRole(UserModel user, String name) {
        ClientModel account = realm.getClientByClientId(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID);
        RoleModel role = account == null || !account.isEnabled() ? null : account.getRole(name);
        return role != null && user.hasRole(role);
    }
}
