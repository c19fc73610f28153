package org.twofactor.keycloak.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.keycloak.TokenVerifier;
import org.keycloak.common.VerificationException;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.jose.jws.JWSBuilder;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.Urls;
import org.keycloak.services.managers.AuthenticationManager;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.password.PasswordAge;

/**
 * Makes and verifies sudo tokens: proof that a second factor was given just now, in a session that is still there.
 *
 * <p>Signed with the realm's key, so that an app can check one offline; whoever does so does not see a logout until the
 * token ends. Verified here, it dies with its session, user and client, with any not-before, and with the password.
 */
public final class SudoTokens {
    private final KeycloakSession session;
    private final RealmModel realm;

    public SudoTokens(KeycloakSession session) {
        this.session = session;
        this.realm = session.getContext().getRealm();
    }

    /** A verified token and what it rests on. */
    public record Sudo(SudoToken token, UserModel user, UserSessionModel userSession, ClientModel client) {}

    /** @param managesAccount whether the caller may manage the account; the token never lets it do more */
    public Secret issue(
            UserSessionModel userSession,
            ClientModel client,
            FactorId factor,
            int level,
            boolean managesAccount,
            Duration lifespan,
            Instant now) {
        SudoToken token = new SudoToken()
                .sessionId(userSession.getId())
                .clientId(client.getClientId())
                .level(level)
                .methods(AuthenticationMethods.of(factor))
                .passwordSetAt(PasswordAge.setAt(userSession.getUser()).toEpochMilli())
                .managesAccount(managesAccount);
        token.id(UUID.randomUUID().toString())
                .type(SudoToken.PAYLOAD_TYPE)
                .issuer(issuer())
                .audience(SudoToken.AUDIENCE)
                .subject(userSession.getUser().getId())
                .iat(now.getEpochSecond())
                .exp(now.plus(lifespan).getEpochSecond());
        return Secret.of(new JWSBuilder()
                .type(SudoToken.HEADER_TYPE)
                .jsonContent(token)
                .sign(session.getProvider(SignatureProvider.class, algorithm()).signer()));
    }

    /** Whether the text claims to be a sudo token; says nothing of its worth. */
    public static boolean looksLikeOne(JWSHeader header) {
        return SudoToken.HEADER_TYPE.equals(header.getType());
    }

    /** Empty for whatever is not a living sudo token of this realm; nobody is told why. */
    public Optional<Sudo> verify(Secret token) {
        try {
            Optional<JWSHeader> header = TokenHeader.of(token).filter(SudoTokens::looksLikeOne);
            return header.isPresent() ? rests(checked(token.reveal(), header.get())) : Optional.empty();
        } catch (VerificationException e) {
            return Optional.empty();
        }
    }

    private SudoToken checked(String token, JWSHeader header) throws VerificationException {
        TokenVerifier<SudoToken> verifier = TokenVerifier.create(token, SudoToken.class)
                .withChecks(
                        TokenVerifier.IS_ACTIVE,
                        // Which takes a token without an end for one that never ends.
                        claims -> claims.getIat() != null && claims.getExp() != null,
                        TokenVerifier.SUBJECT_EXISTS_CHECK,
                        new TokenVerifier.RealmUrlCheck(issuer()),
                        new TokenVerifier.TokenTypeCheck(List.of(SudoToken.PAYLOAD_TYPE)),
                        new TokenVerifier.AudienceCheck(SudoToken.AUDIENCE));
        String algorithm = header.getAlgorithm().name();
        if (!algorithm.equals(algorithm())) {
            throw new VerificationException("not a sudo token of this realm");
        }
        SignatureProvider signatures = session.getProvider(SignatureProvider.class, algorithm);
        return verifier.verifierContext(signatures.verifier(header.getKeyId()))
                .verify()
                .getToken();
    }

    private Optional<Sudo> rests(SudoToken token) {
        ClientModel client = realm.getClientByClientId(token.clientId());
        UserSessionModel userSession = living(token.sessionId());
        if (client == null || !client.isEnabled() || userSession == null) {
            return Optional.empty();
        }
        UserModel user = userSession.getUser();
        boolean holds = user != null
                && user.getId().equals(token.getSubject())
                && userSession.getAuthenticatedClientSessionByClient(client.getId()) != null
                && !new RealmLockout(session).bars(user)
                && token.getIat() >= Validity.notBefore(session, client, user)
                && token.passwordSetAt() == PasswordAge.setAt(user).toEpochMilli();
        return holds ? Optional.of(new Sudo(token, user, userSession, client)) : Optional.empty();
    }

    private UserSessionModel living(String id) {
        if (id == null) {
            return null;
        }
        UserSessionModel online = session.sessions().getUserSession(realm, id);
        if (AuthenticationManager.isSessionValid(realm, online)) {
            return online;
        }
        UserSessionModel offline = session.sessions().getOfflineUserSession(realm, id);
        return AuthenticationManager.isSessionValid(realm, offline) ? offline : null;
    }

    private String issuer() {
        return Urls.realmIssuer(session.getContext().getUri().getBaseUri(), realm.getName());
    }

    /** Never a symmetric one: apps verify with the realm's public keys. */
    private String algorithm() {
        String ofRealm = realm.getDefaultSignatureAlgorithm();
        boolean symmetric = ofRealm == null || ofRealm.isBlank() || ofRealm.startsWith("HS");
        return symmetric ? Constants.DEFAULT_SIGNATURE_ALGORITHM : ofRealm;
    }
}
