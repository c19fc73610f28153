package org.twofactor.keycloak.code;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Recovery codes: look-up secrets of 16 characters from a 32-letter alphabet without I, O, 0 and 1.
 *
 * <p>The ten codes of a set start with ten different letters, so that the first letter tells which hash to try, and a
 * guess costs one hash. A code has 75 random bits behind its first letter.
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html#lookupsecrets">NIST SP 800-63B-4 3.1.2 Look-Up
 *     Secrets</a>
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x15-V6-Authentication.md">ASVS v5.0.0-6.5.2,
 *     -6.5.3</a>
 */
public final class RecoveryCode {
    public static final int LENGTH = 16;
    public static final int SET_SIZE = 10;
    static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private RecoveryCode() {}

    /** A new set, in no order that tells anything. */
    public static List<Secret> newSet() {
        List<Character> firstLetters = new ArrayList<>();
        ALPHABET.chars().forEach(letter -> firstLetters.add((char) letter));
        Collections.shuffle(firstLetters, RANDOM);
        return firstLetters.subList(0, SET_SIZE).stream()
                .map(RecoveryCode::startingWith)
                .toList();
    }

    /** As it was issued: case does not matter. */
    public static Secret normalised(Secret typed) {
        return Secret.of(typed.reveal().toUpperCase(Locale.ROOT));
    }

    /** Whether each letter is one of the alphabet, in either case. */
    public static boolean isSpelt(String typed) {
        return typed.chars()
                .allMatch(letter -> ALPHABET.indexOf(letter) >= 0
                        || ALPHABET.toLowerCase(Locale.ROOT).indexOf(letter) >= 0);
    }

    private static Secret startingWith(char first) {
        StringBuilder code = new StringBuilder(LENGTH).append(first);
        while (code.length() < LENGTH) {
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return Secret.of(code.toString());
    }
}
