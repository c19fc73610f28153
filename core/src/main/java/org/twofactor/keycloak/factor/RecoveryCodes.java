package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.CodeHash;
import org.twofactor.keycloak.code.RecoveryCode;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.compat.OwnTransaction;
import org.twofactor.keycloak.factor.RecoveryCodeCredential.StoredCode;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * Ten codes for the day when the phone is lost: each good once, in any order, kept only as salted hashes.
 *
 * <p>Keycloak's own recovery codes are not used: they must be given in order, lie under an unsalted hash, and parallel
 * requests can spend one twice. Here a code is claimed atomically before it is accepted, and one request at a time may
 * strike codes off a user's set, so that none comes back.
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html#lookupsecrets">NIST SP 800-63B-4 3.1.2.2</a>
 */
public final class RecoveryCodes extends GuardedFactor {
    /** When the user should make new ones. NIST SP 800-63B-4 4.2.3 asks to say how many are left. */
    public static final int FEW = 3;

    /** Longer than any node may hold a stale copy of the credential. */
    private static final Duration CLAIM_MEMORY = Duration.ofDays(1);

    /** Frees the set where a node dies in the middle. */
    private static final Duration STRIKE_LIMIT = Duration.ofSeconds(30);

    public RecoveryCodes(KeycloakSession session, Settings settings) {
        super(session, settings);
    }

    @Override
    public FactorId id() {
        return FactorId.RECOVERY_CODE;
    }

    @Override
    public boolean isActive(UserModel user) {
        return row(user).isPresent();
    }

    @Override
    public Optional<Instant> completedAt(UserModel user) {
        return row(user).map(CredentialModel::getCreatedDate).map(Instant::ofEpochMilli);
    }

    /** How many codes are left; zero where there is no set, or none that can be read. */
    public int remaining(UserModel user) {
        return row(user).map(RecoveryCodeCredential::remaining).orElse(0);
    }

    /** The same, asked of the database: what this request knows of the user may be from before it struck a code off. */
    public int remainingByNow(UserModel user) {
        return OwnTransaction.call(session, "two-factor: count recovery codes", own -> {
            UserModel same = own.users().getUserById(own.getContext().getRealm(), user.getId());
            return same == null ? 0 : new RecoveryCodes(own, settings).remaining(KeycloakCompat.pastCache(same));
        });
    }

    /**
     * Puts the codes behind the user's other credentials. Keycloak's pages offer credentials in their order, and the
     * codes are for the day when nothing else is at hand.
     */
    void putLast(UserModel user) {
        List<CredentialModel> rows =
                user.credentialManager().getStoredCredentialsStream().toList();
        rows.stream()
                .filter(row -> row.getType().equals(RecoveryCodeCredential.TYPE))
                .forEach(row -> {
                    String last = rows.get(rows.size() - 1).getId();
                    if (!last.equals(row.getId())) {
                        user.credentialManager().moveStoredCredentialTo(row.getId(), last);
                    }
                });
    }

    /** Names the user's set, and tells nothing of its codes: another set has another name. */
    public Optional<String> setId(UserModel user) {
        return row(user).map(CredentialModel::getId);
    }

    /** Makes a new set and drops every older one. The codes are in the answer of this call and nowhere else. */
    public List<Secret> reset(UserModel user, Instant now) {
        disable(user);
        List<Secret> codes = RecoveryCode.newSet();
        List<StoredCode> stored = codes.stream()
                .map(code -> new StoredCode(first(code), CodeHash.of(code)))
                .toList();
        user.credentialManager()
                .createStoredCredential(RecoveryCodeCredential.of(stored, now).row());
        return codes;
    }

    @Override
    public boolean disable(UserModel user) {
        List<CredentialModel> rows = rows(user).toList();
        rows.forEach(row -> user.credentialManager().removeStoredCredentialById(row.getId()));
        return !rows.isEmpty();
    }

    /** There is none: codes are enrolled in the moment in which they are made. */
    @Override
    public void abandonSetUp(UserModel user) {
        // Nothing is ever under way.
    }

    @Override
    boolean isCorrupt(UserModel user) {
        return row(user).flatMap(RecoveryCodeCredential::read).isEmpty();
    }

    @Override
    boolean spend(UserModel user, Secret guess, Instant now) {
        Secret code = RecoveryCode.normalised(guess);
        RecoveryCodeCredential set =
                row(user).flatMap(RecoveryCodeCredential::read).orElseThrow();
        Optional<StoredCode> candidate = set.startingWith(first(code));
        if (candidate.isEmpty()) {
            CodeHash.runForNothing(code);
            return false;
        }
        if (!candidate.get().hash().matches(code)) {
            return false;
        }
        OptionalInt left = strikeOff(user, set.row().getId(), first(code));
        left.ifPresent(remaining -> new Notices(session, settings).recoveryCodeUsed(user, remaining, now));
        return left.isPresent();
    }

    /**
     * Strikes one code off the set, in a transaction of its own that reads the set afresh. One request at a time may:
     * whoever comes second at the same moment is refused, its code untouched.
     *
     * @return how many codes are left; empty where the code was not struck off
     */
    private OptionalInt strikeOff(UserModel user, String setId, char first) {
        Store store = KeycloakStore.of(session);
        StoreKey turn = StoreKey.of("recovery-strike", realm.getId(), user.getId());
        if (!store.putIfAbsent(turn, STRIKE_LIMIT)) {
            return OptionalInt.empty();
        }
        try {
            return OwnTransaction.call(session, "two-factor: strike off a recovery code", own -> {
                UserModel same = own.users().getUserById(own.getContext().getRealm(), user.getId());
                boolean claimed =
                        same != null && KeycloakStore.of(own).putIfAbsent(claimKey(setId, first), CLAIM_MEMORY);
                return claimed ? strikeClaimed(own, same, setId) : OptionalInt.empty();
            });
        } finally {
            store.remove(turn);
        }
    }

    /** Strikes off everything that is claimed, so that a copy which is a moment old brings no used code back. */
    private static OptionalInt strikeClaimed(KeycloakSession own, UserModel user, String setId) {
        Optional<RecoveryCodeCredential> stored = Optional.ofNullable(
                        user.credentialManager().getStoredCredentialById(setId))
                .flatMap(RecoveryCodeCredential::read);
        if (stored.isEmpty()) {
            return OptionalInt.empty();
        }
        RecoveryCodeCredential set = stored.get();
        Store store = KeycloakStore.of(own);
        Set<Character> claimed = set.unused().stream()
                .map(StoredCode::first)
                .filter(first -> store.get(claimKey(setId, first)).isPresent())
                .collect(Collectors.toSet());
        RecoveryCodeCredential left = set.without(claimed);
        user.credentialManager().updateStoredCredential(left.row());
        return OptionalInt.of(left.unused().size());
    }

    private static StoreKey claimKey(String setId, char first) {
        return StoreKey.of("recovery-used", setId, String.valueOf(first));
    }

    private static char first(Secret code) {
        return code.reveal().charAt(0);
    }

    private Optional<CredentialModel> row(UserModel user) {
        return rows(user).findFirst();
    }

    private Stream<CredentialModel> rows(UserModel user) {
        return user.credentialManager().getStoredCredentialsByTypeStream(RecoveryCodeCredential.TYPE);
    }
}
