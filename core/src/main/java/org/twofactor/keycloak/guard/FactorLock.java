package org.twofactor.keycloak.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.util.JsonSerialization;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.RowVersion;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.compat.OwnTransaction;

/**
 * The lock of one factor of one user after too many failures in a row: a credential row of our own, so that it outlives
 * a restart, an admin sees it in the user's Credentials tab, and deleting it there is the unlock.
 *
 * <p>No user can lift it, by Keycloak's account API either: see {@link FactorLockCredentialProvider}.
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html#throttle">NIST SP 800-63B-4 3.2.2</a>
 */
public final class FactorLock {
    public static final String CREDENTIAL_TYPE = "two-factor-lock";

    private static final String LABEL = " locked after ";

    private FactorLock() {}

    /**
     * What the lock's row says.
     *
     * @param failures wrong guesses in a row that led to it; zero where the row does not say
     */
    public record Lock(Instant since, int failures) {}

    public static Optional<Lock> of(UserModel user, FactorId factor) {
        return rows(user, factor).findFirst().map(FactorLock::read);
    }

    private static Lock read(CredentialModel row) {
        Long since = row.getCreatedDate();
        return new Lock(
                since == null ? Instant.EPOCH : Instant.ofEpochMilli(since),
                data(row.getCredentialData()).path("failures").asInt());
    }

    private static JsonNode data(String credentialData) {
        try {
            JsonNode data = JsonSerialization.readValue(credentialData, JsonNode.class);
            return data == null ? MissingNode.getInstance() : data;
        } catch (IOException | RuntimeException e) {
            return MissingNode.getInstance();
        }
    }

    public static boolean locked(UserModel user, FactorId factor) {
        return rows(user, factor).findAny().isPresent();
    }

    /** Asks the database: the request, and the cache of this node, may know nothing yet of a lock that has just come. */
    public static boolean lockedByNow(KeycloakSession session, UserModel user, FactorId factor) {
        return OwnTransaction.call(session, "two-factor: look for a lock", own -> {
            UserModel same = sameUser(own, user);
            return same != null && locked(same, factor);
        });
    }

    /** Locks in a transaction of its own: a request that fails later does not lift it. */
    public static void lock(KeycloakSession session, UserModel user, FactorId factor, int failures, Instant now) {
        OwnTransaction.run(session, "two-factor: lock a factor", own -> {
            UserModel same = sameUser(own, user);
            if (same == null || locked(same, factor)) {
                return;
            }
            CredentialModel row = new CredentialModel();
            row.setType(CREDENTIAL_TYPE);
            row.setUserLabel(factor.wireName() + LABEL + failures + " wrong guesses in a row");
            row.setCreatedDate(now.toEpochMilli());
            row.setCredentialData("{\"version\":%d,\"factor\":\"%s\",\"failures\":%d,\"since\":\"%s\"}"
                    .formatted(RowVersion.CURRENT, factor.wireName(), failures, now));
            row.setSecretData("{}");
            same.credentialManager().createStoredCredential(row);
        });
    }

    /** Lifts the lock with the request: setting a factor up anew is the only way but an admin's. */
    public static void lift(UserModel user, FactorId factor) {
        List<CredentialModel> rows = rows(user, factor).toList();
        rows.forEach(row -> user.credentialManager().removeStoredCredentialById(row.getId()));
    }

    /** Lifts a lock that this request has set, of which its own transaction knows nothing. */
    public static void liftNow(KeycloakSession session, UserModel user, FactorId factor) {
        OwnTransaction.run(session, "two-factor: lift a lock", own -> {
            UserModel same = sameUser(own, user);
            if (same != null) {
                lift(same, factor);
            }
        });
    }

    private static UserModel sameUser(KeycloakSession own, UserModel user) {
        UserModel same = own.users().getUserById(own.getContext().getRealm(), user.getId());
        return same == null ? null : KeycloakCompat.pastCache(same);
    }

    private static Stream<CredentialModel> rows(UserModel user, FactorId factor) {
        return user.credentialManager()
                .getStoredCredentialsByTypeStream(CREDENTIAL_TYPE)
                .filter(row -> isOf(factor, row.getCredentialData(), row.getUserLabel()));
    }

    /**
     * Whether a lock is that factor's. Whatever its version, a lock locks the factor that it names. One that can't be read
     * is known by its label, and where that is gone too it locks all of them: nobody gets in because a row was damaged.
     *
     * @param credentialData of a lock's row; perhaps null
     * @param label of the row; perhaps null
     */
    public static boolean isOf(FactorId factor, String credentialData, String label) {
        JsonNode named = data(credentialData).path("factor");
        if (named.isTextual()) {
            return named.textValue().equals(factor.wireName());
        }
        Optional<FactorId> labelled = Stream.of(FactorId.values())
                .filter(it -> label != null && label.startsWith(it.wireName() + LABEL))
                .findFirst();
        return labelled.isEmpty() || labelled.get() == factor;
    }
}
