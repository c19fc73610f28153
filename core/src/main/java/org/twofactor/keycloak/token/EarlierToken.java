package org.twofactor.keycloak.token;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.keycloak.TokenVerifier;
import org.keycloak.common.VerificationException;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.Urls;
import org.keycloak.util.TokenUtil;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.device.DeviceProofs;
import org.twofactor.keycloak.device.KnownDevice;
import org.twofactor.keycloak.password.PasswordAge;

/**
 * What an access or refresh token that a device was given once still shows, expired or not: that a user has logged in
 * there. It gives no access. A partial token shows nothing, since the log-in never came about; nor does a sudo token,
 * which is proof of something else, and beside which there is always one of these.
 */
public final class EarlierToken {
    private static final Set<String> TYPES = Set.of(
            TokenUtil.TOKEN_TYPE_BEARER,
            TokenUtil.TOKEN_TYPE_DPOP,
            TokenUtil.TOKEN_TYPE_REFRESH,
            TokenUtil.TOKEN_TYPE_OFFLINE);

    private final KeycloakSession session;
    private final RealmModel realm;

    public EarlierToken(KeycloakSession session) {
        this.session = session;
        this.realm = session.getContext().getRealm();
    }

    /** Empty for whatever no user of this realm was given in time; nobody is told why. */
    public Optional<KnownDevice> device(Secret token, Instant now) {
        try {
            Optional<JWSHeader> header = TokenHeader.of(token);
            return header.isPresent() ? rests(verified(token, header.get()), now) : Optional.empty();
        } catch (VerificationException e) {
            return Optional.empty();
        }
    }

    private AccessToken verified(Secret token, JWSHeader header) throws VerificationException {
        String issuer = Urls.realmIssuer(session.getContext().getUri().getBaseUri(), realm.getName());
        SignatureProvider signatures = session.getProvider(
                SignatureProvider.class, header.getAlgorithm().name());
        if (signatures == null || header.getKeyId() == null) {
            throw new VerificationException("not a token of this realm");
        }
        return TokenVerifier.create(token.reveal(), AccessToken.class)
                .withChecks(
                        TokenVerifier.SUBJECT_EXISTS_CHECK,
                        new TokenVerifier.RealmUrlCheck(issuer),
                        claims -> claims.getType() != null && TYPES.contains(claims.getType()),
                        claims -> claims.getIat() != null && claims.getSessionId() != null)
                .verifierContext(signatures.verifier(header.getKeyId()))
                .verify()
                .getToken();
    }

    private Optional<KnownDevice> rests(AccessToken token, Instant now) {
        Instant issuedAt = Instant.ofEpochSecond(token.getIat());
        UserModel user = session.users().getUserById(realm, token.getSubject());
        ClientModel client = token.getIssuedFor() == null ? null : realm.getClientByClientId(token.getIssuedFor());
        boolean holds = user != null
                && client != null
                && DeviceProofs.isYoung(issuedAt, now)
                && token.getIat() >= Validity.notBefore(session, client, user)
                // Tokens count whole seconds: of the second in which the password was set, none is taken.
                && token.getIat() > PasswordAge.setAt(user).getEpochSecond();
        return holds ? Optional.of(new KnownDevice(user, token.getSessionId())) : Optional.empty();
    }
}
