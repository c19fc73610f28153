package org.twofactor.keycloak.compat;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.keycloak.authentication.AuthenticationProcessor;
import org.keycloak.authentication.actiontoken.execactions.ExecuteActionsActionToken;
import org.keycloak.authentication.authenticators.util.AuthenticatorUtils;
import org.keycloak.authentication.requiredactions.UpdateEmail;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ModelDuplicateException;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.cache.CachedUserModel;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.Urls;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.clientpolicy.context.ResourceOwnerPasswordCredentialsContext;
import org.keycloak.services.clientpolicy.context.ResourceOwnerPasswordCredentialsResponseContext;
import org.keycloak.services.cors.Cors;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.services.managers.BruteForceProtector;
import org.keycloak.services.resources.LoginActionsService;
import org.keycloak.services.util.DPoPUtil;
import org.keycloak.services.util.MtlsHoKTokenUtil;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.userprofile.UserProfile;
import org.keycloak.userprofile.ValidationException;

/**
 * Every call into Keycloak that changed its shape within the 26 line, or may: the one file to mend for a new Keycloak.
 *
 * <p>It is the one class of core that knows of HTTP, because these calls do.
 */
public final class KeycloakCompat {

    private KeycloakCompat() {}

    public static boolean lockedOut(KeycloakSession session, RealmModel realm, UserModel user) {
        return AuthenticatorUtils.getDisabledByBruteForceEventError(protector(session), session, realm, user) != null;
    }

    public static void reportFailure(
            KeycloakSession session, RealmModel realm, UserModel user, Set<String> categories) {
        KeycloakContext context = session.getContext();
        protector(session).failedLogin(realm, user, context.getConnection(), context.getUri(), categories);
    }

    public static void reportSuccess(
            KeycloakSession session, RealmModel realm, UserModel user, Set<String> categories) {
        KeycloakContext context = session.getContext();
        protector(session).successfulLogin(realm, user, context.getConnection(), context.getUri(), categories);
    }

    /** Adds the CORS headers for a client; an origin that is not the client's ends the request with 403. */
    public static void allowOriginsOf(KeycloakSession session, ClientModel client, String... methods) {
        Cors.builder()
                .auth()
                .allowedMethods(methods)
                .exposedHeaders("Retry-After", "WWW-Authenticate")
                .checkAllowedOrigins(session, client)
                .add();
    }

    /** For an answer that tells nothing of anybody: a browser's script may read why it was refused. */
    public static void allowAnyOrigin() {
        Cors.builder()
                .allowAllOrigins()
                .exposedHeaders("Retry-After", "WWW-Authenticate")
                .add();
    }

    /** An answer of a grant of the token endpoint, with the CORS headers that the endpoint has settled on. */
    public static Response ofGrant(OAuth2GrantType.Context grant, Response.ResponseBuilder answer) {
        return grant.getCors().exposedHeaders("Retry-After").add(answer);
    }

    /** The answer to a CORS preflight. */
    public static Response preflight(Set<String> methods) {
        return Cors.builder()
                .auth()
                .preflight()
                .allowedMethods(methods.toArray(String[]::new))
                .add(Response.ok().header("Cache-Control", "no-store").header("X-Content-Type-Options", "nosniff"));
    }

    /**
     * Reads the DPoP proof of the request, where there is one or the client demands it, for the tokens made next. A proof
     * is good once: one that Keycloak's token endpoint has read in this request is not read again.
     */
    public static void readDPoPProof(KeycloakSession session, EventBuilder event, ClientModel client) {
        if (session.getAttribute(DPoPUtil.DPOP_SESSION_ATTRIBUTE) != null) {
            return;
        }
        DPoPUtil.handleDPoPHeader(
                session, event, Cors.builder().auth(), OIDCAdvancedConfigWrapper.fromClientModel(client));
    }

    public static void evaluateRequiredActions(
            KeycloakSession session, AuthenticationSessionModel authentication, EventBuilder event) {
        AuthenticationManager.evaluateRequiredActionTriggers(
                session,
                authentication,
                session.getContext().getHttpRequest(),
                event,
                session.getContext().getRealm(),
                authentication.getAuthenticatedUser());
    }

    /** Opens the user session that the authentication has earned. */
    public static ClientSessionContext openSession(
            KeycloakSession session, AuthenticationSessionModel authentication, EventBuilder event) {
        AuthenticationManager.setClientScopesInSession(session, authentication);
        KeycloakContext context = session.getContext();
        return AuthenticationProcessor.attachSession(
                authentication, null, session, context.getRealm(), context.getConnection(), event);
    }

    /** Asks the client policies that guard the direct grant. */
    public static void checkPoliciesBefore(KeycloakSession session, String scope) throws ClientPolicyException {
        session.clientPolicy().triggerOnEvent(new ResourceOwnerPasswordCredentialsContext(session, parameters(scope)));
    }

    /** Asks them again with the tokens before them. */
    public static void checkPoliciesAfter(
            KeycloakSession session,
            String scope,
            ClientSessionContext clientSession,
            TokenManager.AccessTokenResponseBuilder tokens)
            throws ClientPolicyException {
        session.clientPolicy()
                .triggerOnEvent(
                        new ResourceOwnerPasswordCredentialsResponseContext(parameters(scope), clientSession, tokens));
    }

    /** The binding to the client's certificate (RFC 8705); empty where the request shows none. */
    public static Optional<AccessToken.Confirmation> certificateBinding(KeycloakSession session) {
        return Optional.ofNullable(MtlsHoKTokenUtil.bindTokenWithClientCertificate(
                session.getContext().getHttpRequest(), session));
    }

    /**
     * Whether a token of a client whose tokens are bound to certificates (RFC 8705) comes with its certificate; true for
     * any other client. Keycloak's check of bearer tokens looks at DPoP and leaves this to each endpoint.
     */
    public static boolean isShownWithItsCertificate(KeycloakSession session, ClientModel client, AccessToken token) {
        return !OIDCAdvancedConfigWrapper.fromClientModel(client).isUseMtlsHokToken()
                || MtlsHoKTokenUtil.verifyTokenBindingWithClientCertificate(
                        token, session.getContext().getHttpRequest(), session);
    }

    /** The user as the database has it: the cache of a node learns of another node's changes a moment later. */
    public static UserModel pastCache(UserModel user) {
        return user instanceof CachedUserModel cached ? cached.getDelegateForUpdate() : user;
    }

    /** Whether an access token alone asks for a deletion, as Keycloak's account API lets it, without a second factor. */
    public static boolean deletesByTokenAlone(KeycloakSession session) {
        KeycloakContext context = session.getContext();
        return context.getBearerToken() != null
                && HttpMethod.DELETE.equals(context.getHttpRequest().getHttpMethod());
    }

    /** Ends the sessions of a user, offline ones too, but for one; each is an event of its own. */
    public static void endSessions(KeycloakSession session, UserModel user, Optional<String> butNot) {
        KeycloakContext context = session.getContext();
        RealmModel realm = context.getRealm();
        List<UserSessionModel> all = Stream.concat(
                        session.sessions().getUserSessionsStream(realm, user),
                        session.sessions().getOfflineUserSessionsStream(realm, user))
                .filter(it -> !butNot.equals(Optional.of(it.getId())))
                .toList();
        for (UserSessionModel ended : all) {
            AuthenticationManager.backchannelLogout(
                    session,
                    realm,
                    ended,
                    context.getUri(),
                    context.getConnection(),
                    context.getHttpRequest().getHttpHeaders(),
                    true);
            new EventBuilder(realm, session, context.getConnection())
                    .event(EventType.LOGOUT)
                    .session(ended)
                    .user(user)
                    .success();
        }
    }

    /**
     * The user's profile with another address, held against the realm's rules.
     *
     * @throws ValidationException that names the rules which it breaks
     */
    public static UserProfile profileWithEmail(KeycloakSession session, UserModel user, String email) {
        return UpdateEmail.validateEmailUpdate(session, user, email);
    }

    /**
     * Makes it the user's verified address, and the username where the realm uses addresses for that.
     *
     * @throws ModelDuplicateException where somebody else has taken it at the same moment
     */
    public static void updateEmail(KeycloakSession session, EventBuilder event, UserModel user, UserProfile profile) {
        UpdateEmail.updateEmailNow(event, user, profile);
        // Changing the profile has reset it.
        user.setEmailVerified(true);
        user.removeRequiredAction(UserModel.RequiredAction.VERIFY_EMAIL);
        session.getProvider(JpaConnectionProvider.class).getEntityManager().flush();
    }

    /** A link by which whoever has the mailbox sets a new password: Keycloak's own, which logs nobody in. */
    public static URI updatePasswordLink(
            KeycloakSession session, RealmModel realm, UserModel user, URI base, Duration lifespan, Instant now) {
        String issuer = Urls.realmIssuer(base, realm.getName());
        ExecuteActionsActionToken token = new ExecuteActionsActionToken(
                user.getId(),
                user.getEmail(),
                Math.toIntExact(now.plus(lifespan).getEpochSecond()),
                List.of(UserModel.RequiredAction.UPDATE_PASSWORD.name()),
                null,
                Constants.ACCOUNT_MANAGEMENT_CLIENT_ID);
        // As the token's own serialize does, which wants a request.
        token.issuedNow().id(UUID.randomUUID().toString()).issuer(issuer).audience(issuer);
        return Urls.loginActionsBase(base)
                .path(LoginActionsService.class, "executeActionToken")
                .queryParam(Constants.KEY, session.tokens().encode(token))
                .build(realm.getName());
    }

    /**
     * What the request speaks, by its cookie and headers; empty where it has no header that can be read. Keycloak refuses
     * the request then, but a notice is about what was done, and whoever did it must not be able to prevent it.
     */
    public static Optional<Locale> spokenLanguage(KeycloakSession session) {
        try {
            return Optional.ofNullable(session.getContext().resolveLocale(null));
        } catch (WebApplicationException e) {
            return Optional.empty();
        }
    }

    private static BruteForceProtector protector(KeycloakSession session) {
        return session.getProvider(BruteForceProtector.class);
    }

    private static MultivaluedMap<String, String> parameters(String scope) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        if (scope != null) {
            parameters.putSingle("scope", scope);
        }
        return parameters;
    }
}
