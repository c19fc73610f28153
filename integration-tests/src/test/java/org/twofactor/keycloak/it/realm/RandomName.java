package org.twofactor.keycloak.it.realm;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/**
 * Names that nobody else has, without digits: mails name realm and user, and six digits in a row would pass for the code.
 */
final class RandomName {
    private static final int LETTERS = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomName() {}

    static String after(String prefix) {
        return prefix
                + RANDOM.ints(LETTERS, 'a', 'z' + 1)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
    }
}
