package org.twofactor.keycloak.mail;

import java.util.regex.Pattern;

/**
 * What somebody else has chosen: a name, an address, an app. It reaches a text as it is, on one line and in bounds.
 *
 * <p>It is no string, since Keycloak looks for message keys in those and puts their texts in.
 */
record Verbatim(String text) {
    private static final int LONGEST = 256;

    /** What would begin a line of its own, or turn the direction of what follows. */
    private static final Pattern BREAKING = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]+");

    Verbatim {
        text = BREAKING.matcher(text).replaceAll(" ").strip();
        if (text.codePointCount(0, text.length()) > LONGEST) {
            text = text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…";
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
