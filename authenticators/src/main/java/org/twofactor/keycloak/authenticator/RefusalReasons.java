package org.twofactor.keycloak.authenticator;

import org.twofactor.keycloak.FactorId;

/**
 * What events of the flows say of a refusal, in the words that REST answers it with, so that one search finds both.
 *
 * @param wrong code looked at, and refused
 * @param tooMany guesses
 * @param inactive factor
 * @param corrupt credential
 */
public record RefusalReasons(String wrong, String tooMany, String inactive, String corrupt) {
    public static final String NOT_ALLOWED = "FACTOR_NOT_ALLOWED";
    public static final String BARRED = "USER_BARRED";

    public static RefusalReasons of(FactorId factor) {
        return switch (factor) {
            case TOTP ->
                new RefusalReasons("TOTP_INVALID", "TOO_MANY_TOTP_CHECKS", "TOTP_UNINITIALIZED", "TOTP_CORRUPT");
            case EMAIL_OTP ->
                new RefusalReasons(
                        "OTP_INVALID_EXPIRED", "TOO_MANY_OTP_CHECKS", "EMAIL_OTP_INACTIVE", "INTERNAL_ERROR");
            case RECOVERY_CODE ->
                new RefusalReasons(
                        "RECOVERY_CODE_INVALID",
                        "TOO_MANY_RECOVERY_CODE_CHECKS",
                        "RECOVERY_CODES_UNINITIALIZED",
                        "INTERNAL_ERROR");
        };
    }
}
