package org.twofactor.keycloak.rest;

import jakarta.ws.rs.core.Cookie;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.device.DeviceProofs;
import org.twofactor.keycloak.device.KnownDevice;
import org.twofactor.keycloak.device.ShownDevices;
import org.twofactor.keycloak.token.EarlierToken;

/**
 * Which devices a call without authentication shows to come from: by an earlier token in the Authorization header, and by
 * cookies. What shows nothing is passed over, so that no answer tells what it was worth.
 */
final class Devices {

    private Devices() {}

    /** That of the token comes first. */
    static ShownDevices shown(Operation operation) {
        KeycloakSession session = operation.session();
        DeviceProofs proofs = new DeviceProofs(session);
        Map<String, Cookie> cookies =
                session.getContext().getHttpRequest().getHttpHeaders().getCookies();
        Stream<KnownDevice> byCookie = DeviceProofs.cookies().stream()
                .map(cookies::get)
                .filter(cookie -> cookie != null && cookie.getValue() != null)
                .flatMap(cookie -> proofs.read(Secret.of(cookie.getValue()), operation.now()).stream());
        return new ShownDevices(
                Stream.concat(byToken(operation).stream(), byCookie).toList());
    }

    private static Optional<KnownDevice> byToken(Operation operation) {
        return BearerHeader.of(operation.session()) instanceof BearerHeader.Token token
                ? new EarlierToken(operation.session()).device(token.value(), operation.now())
                : Optional.empty();
    }
}
