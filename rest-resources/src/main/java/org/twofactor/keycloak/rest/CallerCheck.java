package org.twofactor.keycloak.rest;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.keycloak.jose.jws.JWSHeader;
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
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.PartialTokens;
import org.twofactor.keycloak.token.SudoTokens;
import org.twofactor.keycloak.token.TokenHeader;

/**
 * Finds out who calls, by the one token of the request, and refuses every token of another kind than the operation
 * takes. A user who is disabled or locked is refused whatever the token.
 */
final class CallerCheck {
    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final Factors factors;
    private final Instant now;

    CallerCheck(KeycloakSession session, Settings settings, Factors factors, Instant now) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
        this.factors = factors;
        this.now = now;
    }

    /** A caller, or why there is none. */
    sealed interface Found {
        record Known(Caller caller) implements Found {}

        /** @param client where one is known in spite of all, for CORS */
        record Unknown(RestError error, Optional<ClientModel> client) implements Found {
            Unknown(RestError error) {
                this(error, Optional.empty());
            }
        }
    }

    Found find(Access access) {
        BearerHeader header = BearerHeader.of(session);
        if (header instanceof BearerHeader.Missing) {
            return new Found.Unknown(RestError.NO_TOKEN_PROVIDED);
        }
        if (!(header instanceof BearerHeader.Token token)) {
            return new Found.Unknown(RestError.INVALID_TOKEN);
        }
        return access == Access.REFRESH_TOKEN ? refresh(token.value()) : byKind(token.value(), access);
    }

    private Found byKind(Secret token, Access access) {
        if (PartialTokens.looksLikeOne(token.reveal())) {
            return access.takesPartial() ? partial(token) : new Found.Unknown(RestError.INVALID_TOKEN);
        }
        Optional<JWSHeader> header = TokenHeader.of(token);
        if (header.isEmpty()) {
            return new Found.Unknown(RestError.INVALID_TOKEN);
        }
        if (SudoTokens.looksLikeOne(header.get())) {
            return access.isSudo() ? sudo(token) : new Found.Unknown(RestError.INVALID_TOKEN);
        }
        return access(token, access);
    }

    private Found partial(Secret handle) {
        return new PartialTokens(session)
                .find(handle, now)
                .<Found>map(token -> token.client().isPublicClient()
                        ? new Found.Known(new Caller.Partial(handle, token))
                        // Nothing here authenticates a confidential client.
                        : new Found.Unknown(RestError.CLIENT_NOT_ALLOWED, Optional.of(token.client())))
                .orElseGet(() -> new Found.Unknown(RestError.INVALID_TOKEN));
    }

    private Found sudo(Secret token) {
        return new SudoTokens(session)
                .verify(token)
                .<Found>map(sudo -> {
                    session.getContext().setClient(sudo.client());
                    return sudo.token().managesAccount() && hasRole(sudo.user(), AccountRoles.MANAGE_ACCOUNT)
                            ? new Found.Known(Caller.Present.by(sudo))
                            : new Found.Unknown(RestError.CLIENT_NOT_ALLOWED, Optional.of(sudo.client()));
                })
                .orElseGet(() -> new Found.Unknown(RestError.INVALID_TOKEN));
    }

    private Found access(Secret token, Access access) {
        AuthResult result = new AppAuthManager.BearerTokenAuthenticator(session)
                .setTokenString(token.reveal())
                .authenticate();
        if (result == null || new RealmLockout(session).bars(result.user())) {
            return new Found.Unknown(RestError.INVALID_TOKEN);
        }
        if (result.user().getServiceAccountClientLink() != null) {
            return new Found.Unknown(RestError.CLIENT_NOT_ALLOWED, Optional.of(result.client()));
        }
        if (result.session().getPersistenceState() == UserSessionModel.SessionPersistenceState.TRANSIENT) {
            return new Found.Unknown(RestError.INVALID_TOKEN);
        }
        boolean manages = mayDo(result, AccountRoles.MANAGE_ACCOUNT);
        boolean allowed = manages || (access.isReading() && mayDo(result, AccountRoles.VIEW_PROFILE));
        if (!allowed) {
            return new Found.Unknown(RestError.CLIENT_NOT_ALLOWED, Optional.of(result.client()));
        }
        Caller.Access caller =
                new Caller.Access(result.user(), result.client(), result.session(), result.token(), manages);
        if (!access.isSudo()) {
            return new Found.Known(caller);
        }
        return factors.twoFactorOn(caller.user())
                ? new Found.Unknown(RestError.SUDO_TOKEN_REQUIRED, Optional.of(caller.client()))
                : new Found.Known(Caller.Present.by(caller));
    }

    private Found refresh(Secret token) {
        return TokenHeader.of(token)
                .flatMap(header -> new KeycloakEndpoints(session).verifyRefreshToken(token))
                .filter(caller -> !new RealmLockout(session).bars(caller.user()))
                .<Found>map(Found.Known::new)
                .orElseGet(() -> new Found.Unknown(RestError.INVALID_TOKEN));
    }

    /** As Keycloak's account API has it: the audience, and the role in the token; or a client that the realm lists. */
    private boolean mayDo(AuthResult result, String role) {
        return mayDo(whole(result), result.user(), result.session(), role);
    }

    private boolean mayDo(AccessToken token, UserModel user, UserSessionModel userSession, String role) {
        if (settings.allowedClients().contains(token.getIssuedFor())) {
            return hasRole(user, role);
        }
        AccessToken.Access roles = token.getResourceAccess(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID);
        return token.hasAudience(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID)
                && roles != null
                && roles.isUserInRole(role)
                && hasRole(user, role)
                && userSession != null;
    }

    /** Whether the token that was just made could manage its user's account. */
    boolean managesAccount(AccessToken token, UserModel user, UserSessionModel userSession) {
        return mayDo(whole(token, userSession), user, userSession, AccountRoles.MANAGE_ACCOUNT);
    }

    private AccessToken whole(AuthResult result) {
        return whole(result.token(), result.session());
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

    /** Which tokens an operation takes. */
    enum Access {
        /** An access token that may at least read the account, or a partial one. */
        READ(Set.of(Trait.READING, Trait.PARTIAL)),
        /** An access token that may at least read the account. */
        READ_WITHOUT_PARTIAL(Set.of(Trait.READING)),
        /** An access token that may manage the account, or a partial one. */
        GUESS(Set.of(Trait.PARTIAL)),
        /** An access token that may manage the account. */
        MANAGE(Set.of()),
        /** A sudo token, or an access token of a user with 2FA off. */
        SUDO(Set.of(Trait.SUDO)),
        REFRESH_TOKEN(Set.of());

        private final Set<Trait> traits;

        Access(Set<Trait> traits) {
            this.traits = traits;
        }

        boolean isReading() {
            return traits.contains(Trait.READING);
        }

        boolean takesPartial() {
            return traits.contains(Trait.PARTIAL);
        }

        boolean isSudo() {
            return traits.contains(Trait.SUDO);
        }

        private enum Trait {
            READING,
            PARTIAL,
            SUDO
        }
    }
}
