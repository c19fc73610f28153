package org.twofactor.keycloak.grant;

import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.keycloak.events.EventType;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;

/**
 * The second half of a password grant, at Keycloak's token endpoint: whoever was answered {@code mfa_required} redeems
 * the partial auth token here with a code, as REST's {@code authenticate} does, but as a client that has authenticated
 * itself. It is the only way for confidential clients, and open to public ones.
 *
 * <p>Before it gets here, Keycloak has authenticated the client, and looked at the origin, at repeated parameters and at
 * the DPoP proof. The partial token is good for its own client alone.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.5">RFC 6749 4.5 Extension Grants</a>
 */
final class SecondFactorGrant implements OAuth2GrantType {

    @Override
    public Response process(Context context) {
        return new SecondFactorRequest(context).answer();
    }

    @Override
    public EventType getEventType() {
        return EventType.LOGIN;
    }

    /** So that Keycloak refuses one that is too long, where it would leave others out in silence. */
    @Override
    public Set<String> getTokenParameterNames() {
        return Set.of(GrantForm.PARTIAL_TOKEN, GrantForm.CODE);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
