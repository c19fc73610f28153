package org.twofactor.keycloak.token;

import java.util.List;
import org.twofactor.keycloak.FactorId;

/**
 * What {@code amr} says of each factor, as it comes; the protocol mapper {@link AmrMapper} lets an admin say otherwise.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8176#section-2">RFC 8176 2 Authentication Method Reference Values:
 *     pwd, otp, mfa, mca</a>
 */
final class AuthenticationMethods {
    static final String PASSWORD = "pwd";

    private AuthenticationMethods() {}

    static List<String> of(FactorId factor) {
        return switch (factor) {
            case TOTP -> List.of("otp", "mfa");
            case EMAIL_OTP -> List.of("mca");
            case RECOVERY_CODE -> List.of("recovery");
        };
    }
}
