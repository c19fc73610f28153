package org.twofactor.keycloak.password;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.storage.StorageId;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.device.ShownDevices;
import org.twofactor.keycloak.guard.Admission;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.guard.Guard;
import org.twofactor.keycloak.guard.GuardKey;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.guard.UnknownNames;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;

/**
 * Checks a password behind the guard. A name that nobody has, a user without a password and a user who is locked out get
 * the answer, the waits and the work of a wrong password, so that nothing tells which accounts there are.
 *
 * <p>Passwords wait, but never lock: nobody can be shut out for good from outside.
 */
public final class PasswordCheck {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final GuessPolicy policy;
    private final Guard guard;
    private final UnknownNames unknownNames;
    private final RealmLockout lockout;

    public PasswordCheck(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.policy = settings.guessPolicy().withoutLock(LONGEST_WAIT);
        this.guard = new Guard(KeycloakStore.of(session));
        this.unknownNames = new UnknownNames(KeycloakStore.of(session));
        this.lockout = new RealmLockout(session);
    }

    /** What came of it. */
    public sealed interface Outcome {
        record Right(UserModel user) implements Outcome {}

        record Wrong() implements Outcome {}

        record Throttled(Duration delay) implements Outcome {}
    }

    /**
     * @param submittedName as it was typed; counts for itself where there is no such user
     * @param devices that the caller has shown to be; one of the user's has a count of its own
     */
    public Outcome check(
            String submittedName, Optional<UserModel> found, Secret password, ShownDevices devices, Instant now) {
        Optional<GuardKey> key = found.map(user -> key(user, devices));
        Admission admission = key.map(it -> guard.admit(it, policy, now))
                .orElseGet(() -> unknownNames.admit(unknown(submittedName), policy, now));
        if (admission instanceof Refused refused) {
            return new Outcome.Throttled(refused.delay());
        }
        Optional<UserModel> right = found.filter(user -> isRight(user, password));
        if (!found.map(user -> hashWasVerified(user, right.isPresent())).orElse(false)) {
            hashForNothing(password);
        }
        if (right.isPresent() && mayLogIn(right.get())) {
            guard.succeeded(key.orElseThrow(), (Admitted) admission);
            return new Outcome.Right(right.get());
        }
        found.filter(user -> right.isEmpty()).ifPresent(user -> lockout.failed(user, PasswordCredentialModel.TYPE));
        return new Outcome.Wrong();
    }

    /** Keycloak knows users by their names in lower case, and so any spelling of a name is one. */
    private BudgetKey unknown(String submittedName) {
        return BudgetKey.ofUnknownName(
                RealmKey.active(session).key(), realm.getId(), submittedName.toLowerCase(Locale.ROOT));
    }

    /** How many wrong passwords in a row there were, as far as the streak is remembered. */
    public int failures(UserModel user) {
        return guard.failures(GuardKey.ofPassword(realm, user));
    }

    /** How long the next password has to wait, zero where it need not; what {@link #check} would enforce. */
    public Duration untilNext(UserModel user, Instant now) {
        return guard.waitFor(GuardKey.ofPassword(realm, user), policy, now);
    }

    /** On an administrator's word: the next password is the first of a new streak. */
    public void clear(UserModel user) {
        guard.startAnew(GuardKey.ofPassword(realm, user));
    }

    private boolean mayLogIn(UserModel user) {
        return user.getServiceAccountClientLink() == null && !lockout.bars(user);
    }

    private static boolean isRight(UserModel user, Secret password) {
        return user.credentialManager().isConfiguredFor(PasswordCredentialModel.TYPE)
                && user.credentialManager().isValid(UserCredentialModel.password(password.reveal()));
    }

    /**
     * Whether Keycloak has verified a hash of its own: not where it holds none, as for most users of a directory, and not
     * where the directory has called the password right before.
     */
    private static boolean hashWasVerified(UserModel user, boolean right) {
        boolean stored = user.credentialManager()
                .getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE)
                .findAny()
                .isPresent();
        return stored && (!right || (StorageId.isLocalStorage(user.getId()) && !user.isFederated()));
    }

    private GuardKey key(UserModel user, ShownDevices devices) {
        return devices.of(user)
                .map(device -> GuardKey.ofPassword(realm, user, device.id()))
                .orElseGet(() -> GuardKey.ofPassword(realm, user));
    }

    private void hashForNothing(Secret password) {
        PasswordPolicy hashing = realm.getPasswordPolicy();
        String algorithm = hashing == null ? null : hashing.getHashAlgorithm();
        PasswordHashProvider hasher = algorithm == null
                ? session.getProvider(PasswordHashProvider.class)
                : session.getProvider(PasswordHashProvider.class, algorithm);
        hasher.encodedCredential(password.reveal(), hashing == null ? -1 : hashing.getHashIterations());
    }
}
