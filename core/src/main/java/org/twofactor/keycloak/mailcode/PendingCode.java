package org.twofactor.keycloak.mailcode;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

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

    Map<String, String> asNotes() {
        Map<String, String> notes = new HashMap<>();
        notes.put("id", id);
        notes.put("user", userId);
        notes.put("address", address);
        notes.put("hash", hash);
        notes.put("key", keyId);
        notes.put("expires", Long.toString(expiresAt.toEpochMilli()));
        notes.put("strong", Boolean.toString(withSecondFactor));
        return notes;
    }

    static PendingCode of(Map<String, String> notes) {
        return new PendingCode(
                notes.get("id"),
                notes.get("user"),
                notes.get("address"),
                notes.get("hash"),
                notes.get("key"),
                Instant.ofEpochMilli(Long.parseLong(notes.get("expires"))),
                Boolean.parseBoolean(notes.get("strong")));
    }

    MailCodes.Bound bound() {
        return new MailCodes.Bound(userId, address, withSecondFactor);
    }

    boolean isAlive(Instant now) {
        return now.isBefore(expiresAt);
    }
}
