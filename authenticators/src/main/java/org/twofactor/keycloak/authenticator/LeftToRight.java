package org.twofactor.keycloak.authenticator;

/** Text such as an address, set apart so that it reads from left to right in every language. */
public final class LeftToRight {
    private static final String ISOLATE = "\u2066";
    private static final String END = "\u2069";

    private LeftToRight() {}

    public static String of(String text) {
        return ISOLATE + text + END;
    }
}
