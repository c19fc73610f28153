package org.twofactor.keycloak.token;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.keycloak.common.util.SecretGenerator;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.password.PasswordAge;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * Partial auth tokens: the password was right, a second factor is still due. An opaque random handle; what it stands
 * for lies in Keycloak's single-use store under the handle's hash, and no session exists yet.
 *
 * <p>Everything it rests on is checked again at each use: the client and its right to direct grants, the user, the
 * realm's lockout, every not-before, and that the password is still the one that was given.
 */
public final class PartialTokens {
    /** Tells the handle from a JWT at a glance; the rest is 256 random bits. */
    private static final String PREFIX = "2fa.";

    private static final int RANDOM_BYTES = 32;
    private static final String SESSION_NOTE = "note:";

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Store store;

    public PartialTokens(KeycloakSession session) {
        this.session = session;
        this.store = KeycloakStore.of(session);
        this.realm = session.getContext().getRealm();
    }

    /**
     * @param scope as the client asked for it, or null
     * @param sessionNotes what the log-in so far has to say to the session that may come
     */
    public record PartialToken(UserModel user, ClientModel client, String scope, Map<String, String> sessionNotes) {}

    public Secret issue(PartialToken due, Duration lifespan, Instant now) {
        Secret handle = Secret.of(PREFIX
                + SecretGenerator.getInstance()
                        .generateBase64SecureId(RANDOM_BYTES)
                        .replace("=", ""));
        Map<String, String> notes = new HashMap<>();
        notes.put("user", due.user().getId());
        notes.put("client", due.client().getId());
        notes.put("issuedAt", Long.toString(now.toEpochMilli()));
        notes.put("expiresAt", Long.toString(now.plus(lifespan).toEpochMilli()));
        notes.put("passwordSetAt", PasswordAge.setAt(due.user()).toString());
        if (due.scope() != null) {
            notes.put("scope", due.scope());
        }
        due.sessionNotes().forEach((name, value) -> notes.put(SESSION_NOTE + name, value));
        store.put(key(handle), notes, lifespan);
        return handle;
    }

    /** Whether the text claims to be a partial auth token; says nothing of its worth. */
    public static boolean looksLikeOne(String token) {
        return token.startsWith(PREFIX);
    }

    /** Empty for whatever is not a living partial token of this realm; nobody is told why. */
    public Optional<PartialToken> find(Secret handle, Instant now) {
        return store.get(key(handle))
                .filter(notes -> now.toEpochMilli() < Long.parseLong(notes.get("expiresAt")))
                .flatMap(this::rests);
    }

    /** @return true for exactly one of all who redeem it at the same moment */
    public boolean redeem(Secret handle) {
        return store.remove(key(handle)).isPresent();
    }

    private Optional<PartialToken> rests(Map<String, String> notes) {
        ClientModel client = realm.getClientById(notes.get("client"));
        UserModel user = session.users().getUserById(realm, notes.get("user"));
        if (client == null || user == null || !mayLogInWithPassword(client)) {
            return Optional.empty();
        }
        long issuedAt = Long.parseLong(notes.get("issuedAt")) / 1000;
        boolean holds = user.getServiceAccountClientLink() == null
                && !new RealmLockout(session).bars(user)
                && issuedAt >= Validity.notBefore(session, client, user)
                && PasswordAge.setAt(user).toString().equals(notes.get("passwordSetAt"));
        return holds
                ? Optional.of(new PartialToken(user, client, notes.get("scope"), sessionNotes(notes)))
                : Optional.empty();
    }

    /** As the direct grant has it, without which no partial token comes about. */
    public static boolean mayLogInWithPassword(ClientModel client) {
        return client.isEnabled()
                && client.isDirectAccessGrantsEnabled()
                && !client.isConsentRequired()
                && !client.isBearerOnly();
    }

    private static Map<String, String> sessionNotes(Map<String, String> notes) {
        return notes.entrySet().stream()
                .filter(note -> note.getKey().startsWith(SESSION_NOTE))
                .collect(Collectors.toMap(note -> note.getKey().substring(SESSION_NOTE.length()), Map.Entry::getValue));
    }

    private StoreKey key(Secret handle) {
        return StoreKey.of("partial", realm.getId(), handle.reveal());
    }
}
