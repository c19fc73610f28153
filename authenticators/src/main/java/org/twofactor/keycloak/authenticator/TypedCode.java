package org.twofactor.keycloak.authenticator;

import java.util.Optional;
import org.twofactor.keycloak.code.Secret;

/** A code as people type and paste it into a form. */
public final class TypedCode {

    private TypedCode() {}

    /**
     * The code itself: letters, and digits of any script as ASCII ones. The rest goes: spaces, dashes, and the marks
     * that come along when text is copied. Empty where nothing was typed.
     *
     * @param typed or null, where the field is missing
     */
    public static Optional<Secret> in(String typed) {
        if (typed == null) {
            return Optional.empty();
        }
        StringBuilder code = new StringBuilder();
        typed.codePoints().filter(Character::isLetterOrDigit).forEach(letter -> {
            if (Character.isDigit(letter)) {
                code.append(Character.digit(letter, 10));
            } else {
                code.appendCodePoint(letter);
            }
        });
        return code.isEmpty() ? Optional.empty() : Optional.of(Secret.of(code.toString()));
    }
}
