package org.twofactor.keycloak.authenticator;

import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.NewCookie;
import java.time.Duration;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.utils.SecureContextResolver;
import org.twofactor.keycloak.code.Secret;

/**
 * Where a browser keeps the ticket of a trusted device: a cookie of one realm and one user, which no script can read and
 * no other site's request brings along.
 */
final class DeviceCookie {
    private static final String NAME = "TWO_FACTOR_DEVICE_";
    private static final int DISTINCT = 16;

    private final KeycloakSession session;
    private final String name;

    /** A browser may be trusted by several users, so each has a cookie; whose it is, its name does not tell. */
    DeviceCookie(KeycloakSession session, UserModel user) {
        this.session = session;
        this.name = NAME + Secret.of(user.getId()).digest().substring(0, DISTINCT);
    }

    Optional<Secret> read() {
        Cookie cookie = session.getContext()
                .getHttpRequest()
                .getHttpHeaders()
                .getCookies()
                .get(name);
        return Optional.ofNullable(cookie).map(Cookie::getValue).map(Secret::of);
    }

    void write(Secret ticket, Duration lifespan) {
        String realm = session.getContext().getRealm().getName();
        session.getContext()
                .getHttpResponse()
                .setCookieIfAbsent(new NewCookie.Builder(name)
                        .value(ticket.reveal())
                        .path(session.getContext()
                                .getUri()
                                .getBaseUriBuilder()
                                .path("realms/{realm}/")
                                .build(realm)
                                .getRawPath())
                        .maxAge(Math.toIntExact(lifespan.toSeconds()))
                        .secure(SecureContextResolver.isSecureContext(session))
                        .httpOnly(true)
                        .sameSite(NewCookie.SameSite.LAX)
                        .build());
    }
}
