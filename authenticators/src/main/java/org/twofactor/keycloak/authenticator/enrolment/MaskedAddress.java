package org.twofactor.keycloak.authenticator.enrolment;

/** An address as a page may show it to whoever knows the password: its owner knows it again, others don't learn it. */
final class MaskedAddress {
    private static final String HIDDEN = "•••";

    private MaskedAddress() {}

    /** The first letter and the domain: {@code m•••@example.org}. */
    static String of(String address) {
        int at = address.lastIndexOf('@');
        return at <= 0
                ? HIDDEN
                : address.substring(0, address.offsetByCodePoints(0, 1)) + HIDDEN + address.substring(at);
    }
}
