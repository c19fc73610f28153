package org.twofactor.keycloak.mailcode;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A code that was mailed and not given yet, as the single-use store holds it: everything but the code.
 *
 * @param id random, names the guesses at it
 * @param keyId of the realm key that made the hash
 * @param withSecondFactor whether whoever asked for it had proved a second factor
 */
record PendingCode(
        String id,
        String userId,
        String address,
        String hash,
        String keyId,
        Instant expiresAt,
        boolean withSecondFactor) {

    private static final String CODE = "code";

    /** In none of the parts. */
    private static final String SEPARATOR = "\n";

    private static final int PARTS = 7;
    private static final int BASE = 36;

    /** As one text, since there may be a hundred thousand of them and a map of seven takes twice the room. */
    Map<String, String> asNotes() {
        return Map.of(
                CODE,
                String.join(
                        SEPARATOR,
                        id,
                        userId,
                        address,
                        hash,
                        keyId,
                        Long.toString(expiresAt.toEpochMilli(), BASE),
                        withSecondFactor ? "1" : "0"));
    }

    /** Empty for what another version has written: such a code is asked for again. */
    static Optional<PendingCode> of(Map<String, String> notes) {
        String[] parts = notes.getOrDefault(CODE, "").split(SEPARATOR, -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        return Optional.of(new PendingCode(
                parts[0],
                parts[1],
                parts[2],
                parts[3],
                parts[4],
                Instant.ofEpochMilli(Long.parseLong(parts[5], BASE)),
                parts[6].equals("1")));
    }

    MailCodes.Bound bound() {
        return new MailCodes.Bound(userId, address, withSecondFactor);
    }

    boolean isAlive(Instant now) {
        return now.isBefore(expiresAt);
    }
}
