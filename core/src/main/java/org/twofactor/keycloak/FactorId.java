package org.twofactor.keycloak;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The second factors by the names that REST, the settings and the events use for them.
 *
 * <p>Each name stands beside the type of the Keycloak credential that holds the factor, and beside the category under
 * which Keycloak's brute force detection counts its failures: that detector drops every other category silently.
 */
public enum FactorId {
    TOTP("totp", "otp", "otp"),
    EMAIL_OTP("email-otp", "email-otp", "otp"),
    RECOVERY_CODE("recovery-code", "recovery-code", "recovery-authn-codes");

    private final String wireName;
    private final String credentialType;
    private final String bruteForceCategory;

    FactorId(String wireName, String credentialType, String bruteForceCategory) {
        this.wireName = wireName;
        this.credentialType = credentialType;
        this.bruteForceCategory = bruteForceCategory;
    }

    public String wireName() {
        return wireName;
    }

    public String credentialType() {
        return credentialType;
    }

    public String bruteForceCategory() {
        return bruteForceCategory;
    }

    public static Optional<FactorId> ofCredentialType(String type) {
        return Stream.of(values()).filter(id -> id.credentialType.equals(type)).findFirst();
    }

    public static Optional<FactorId> ofWireName(String name) {
        return Stream.of(values()).filter(id -> id.wireName.equals(name)).findFirst();
    }
}
