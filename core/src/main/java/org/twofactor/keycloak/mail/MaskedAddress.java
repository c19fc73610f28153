package org.twofactor.keycloak.mail;

/**
 * An address as it is shown to somebody who has given no more than a password: enough for its owner to know it by.
 */
public final class MaskedAddress {
    private static final String HIDDEN = "•••";

    private MaskedAddress() {}

    public static String of(String address) {
        int at = address.lastIndexOf('@');
        int shown = at > 1 ? address.offsetByCodePoints(0, 1) : 0;
        return address.substring(0, shown) + HIDDEN + address.substring(Math.max(at, 0));
    }
}
