package org.twofactor.keycloak.code;

import java.util.Optional;
import org.twofactor.keycloak.FactorId;

/**
 * A code as people type and paste it, the same at every door: blanks, dashes and the marks that come along when text is
 * copied go, digits of any script become ASCII ones. What is left and has not the form of a code can't be right, so it is
 * no guess and costs none.
 */
public final class TypedCode {
    /** The fewest digits that an OTP policy of Keycloak's can ask for. */
    public static final int FEWEST_TOTP_DIGITS = 6;

    /** The most digits that an OTP policy of Keycloak's can ask for. */
    public static final int MOST_TOTP_DIGITS = 8;

    /** From a full-width Latin letter to its ASCII one. */
    private static final int FULL_WIDTH = 0xFF21 - 'A';

    private TypedCode() {}

    /**
     * The code of that factor; empty where the text can't be one, or is no Unicode.
     *
     * @param typed or null, where the field is missing
     */
    public static Optional<Secret> of(FactorId factor, String typed) {
        return Optional.ofNullable(typed)
                .filter(UnicodeText::is)
                .map(TypedCode::lettersAndDigits)
                .filter(code -> isCode(factor, code))
                .map(Secret::of);
    }

    /** Whether nothing of a code was typed at all, null included. */
    public static boolean isBlank(String typed) {
        return typed == null || lettersAndDigits(typed).isEmpty();
    }

    /** The letters and digits of a text, digits as ASCII ones; the empty text where it has none. */
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

    private static boolean isCode(FactorId factor, String code) {
        int length = code.length();
        return switch (factor) {
            case TOTP -> isDigits(code) && length >= FEWEST_TOTP_DIGITS && length <= MOST_TOTP_DIGITS;
            case EMAIL_OTP -> isDigits(code) && length == MailCode.DIGITS;
            case RECOVERY_CODE -> length == RecoveryCode.LENGTH && RecoveryCode.isSpelt(code);
        };
    }

    /** Whether it is ASCII digits and nothing else. */
    public static boolean isDigits(String code) {
        return code.chars().allMatch(it -> it >= '0' && it <= '9');
    }

    private static boolean isFullWidth(int letter) {
        return (letter >= 0xFF21 && letter <= 0xFF3A) || (letter >= 0xFF41 && letter <= 0xFF5A);
    }
}
