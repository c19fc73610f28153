package org.twofactor.keycloak.rest;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.AccountAccess;
import org.twofactor.keycloak.token.PartialTokens;
import org.twofactor.keycloak.token.SudoTokens;
import org.twofactor.keycloak.token.TokenHeader;

/**
 * Finds out who calls, by the one token of the request, and refuses every token of another kind than the operation
 * takes. A user who is disabled or locked is refused whatever the token.
 */
final class CallerCheck {
    private final KeycloakSession session;
    private final AccountAccess accounts;
    private final Factors factors;
    private final Instant now;

    CallerCheck(KeycloakSession session, Settings settings, Factors factors, Instant now) {
        this.session = session;
        this.accounts = new AccountAccess(session, settings);
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
                        // Nothing here authenticates a confidential client: it has the grant at the token endpoint.
                        : new Found.Unknown(RestError.CLIENT_NOT_ALLOWED, Optional.of(token.client())))
                .orElseGet(() -> new Found.Unknown(RestError.INVALID_TOKEN));
    }

    private Found sudo(Secret token) {
        return new SudoTokens(session)
                .verify(token)
                .<Found>map(sudo -> {
                    session.getContext().setClient(sudo.client());
                    return sudo.token().managesAccount() && accounts.mayManage(sudo.user())
                            ? new Found.Known(Caller.Present.by(sudo))
                            : new Found.Unknown(RestError.CLIENT_NOT_ALLOWED, Optional.of(sudo.client()));
                })
                .orElseGet(() -> new Found.Unknown(RestError.INVALID_TOKEN));
    }

    private Found access(Secret token, Access access) {
        AuthResult result = new AppAuthManager.BearerTokenAuthenticator(session)
                .setTokenString(token.reveal())
                .authenticate();
        if (result == null
                || new RealmLockout(session).bars(result.user())
                || !KeycloakCompat.isShownWithItsCertificate(session, result.client(), result.token())) {
            return new Found.Unknown(RestError.INVALID_TOKEN);
        }
        if (result.user().getServiceAccountClientLink() != null) {
            return new Found.Unknown(RestError.CLIENT_NOT_ALLOWED, Optional.of(result.client()));
        }
        if (result.session().getPersistenceState() == UserSessionModel.SessionPersistenceState.TRANSIENT) {
            return new Found.Unknown(RestError.INVALID_TOKEN);
        }
        boolean manages = accounts.mayManage(result.token(), result.user(), result.session());
        boolean allowed =
                manages || (access.isReading() && accounts.mayView(result.token(), result.user(), result.session()));
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
