package org.twofactor.keycloak.code;

import java.util.Optional;

/** A code as people type and paste it, at every door. */
public final class TypedCode {
    /** From a full-width Latin letter to its ASCII one. */
    private static final int FULL_WIDTH = 0xFF21 - 'A';

    private TypedCode() {}

    /**
     * The code itself: letters, and digits of any script as ASCII ones. The rest goes: spaces, dashes, and the marks
     * that come along when text is copied. Empty where nothing was typed.
     *
     * @param typed or null, where the field is missing
     */
    public static Optional<Secret> in(String typed) {
        return Optional.ofNullable(typed)
                .map(TypedCode::lettersAndDigits)
                .filter(code -> !code.isEmpty())
                .map(Secret::of);
    }

    /** The letters and digits of a text; the empty text where it has none. */
    public static String lettersAndDigits(String typed) {
        StringBuilder code = new StringBuilder();
        typed.codePoints().filter(Character::isLetterOrDigit).forEach(letter -> {
            if (Character.isDigit(letter)) {
                code.append(Character.digit(letter, 10));
            } else {
                code.appendCodePoint(isFullWidth(letter) ? letter - FULL_WIDTH : letter);
            }
        });
        return code.toString();
    }

    /** The code, where what was typed has as many digits and nothing else; it can't be right otherwise. */
    public static Optional<Secret> digits(String typed, int least, int most) {
        return in(typed).filter(code -> {
            int length = code.reveal().length();
            return isDigits(code.reveal()) && length >= least && length <= most;
        });
    }

    /** The recovery code, where what was typed has the length and the letters of one. */
    public static Optional<Secret> recoveryCode(String typed) {
        return in(typed).filter(code -> code.reveal().length() == RecoveryCode.LENGTH && RecoveryCode.isSpelt(code));
    }

    /** Whether nothing but ASCII digits are left. */
    public static boolean isDigits(String code) {
        return code.chars().allMatch(it -> it >= '0' && it <= '9');
    }

    private static boolean isFullWidth(int letter) {
        return (letter >= 0xFF21 && letter <= 0xFF3A) || (letter >= 0xFF41 && letter <= 0xFF5A);
    }
}
