package org.twofactor.keycloak.token;

import java.util.Optional;
import org.keycloak.TokenVerifier;
import org.keycloak.common.VerificationException;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.representations.JsonWebToken;
import org.twofactor.keycloak.code.Secret;

/** A first look at what may be a signed token, before anything is verified. */
public final class TokenHeader {

    private TokenHeader() {}

    /**
     * Empty for whatever is no signed token with claims: Keycloak's own checks break over a header that names no
     * algorithm, and over claims that are {@code null}.
     */
    public static Optional<JWSHeader> of(Secret token) {
        try {
            TokenVerifier<JsonWebToken> parsed =
                    TokenVerifier.create(token.reveal(), JsonWebToken.class).parse();
            JWSHeader header = parsed.getHeader();
            boolean whole = header != null && header.getAlgorithm() != null && parsed.getToken() != null;
            return whole ? Optional.of(header) : Optional.empty();
        } catch (VerificationException e) {
            return Optional.empty();
        }
    }
}
