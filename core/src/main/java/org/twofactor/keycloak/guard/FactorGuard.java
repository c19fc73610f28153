package org.twofactor.keycloak.guard;

import java.time.Duration;
import java.time.Instant;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;

/**
 * The guard of one factor: the waits, the lock, and word to the realm's own detection. Both doors pass through here, so
 * that a failure at one counts at the other.
 */
public final class FactorGuard {
    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final GuessPolicy policy;
    private final Guard guard;
    private final RealmLockout lockout;
    private final FactorId factor;

    public FactorGuard(KeycloakSession session, Settings settings, FactorId factor) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
        this.policy = settings.guessPolicy();
        this.guard = new Guard(KeycloakStore.of(session));
        this.lockout = new RealmLockout(session);
        this.factor = factor;
    }

    /** Takes a guess for a log-in or a sudo token. */
    public Admission admit(UserModel user, Instant now) {
        if (FactorLock.locked(user, factor)) {
            return new Refused(policy.longestWait());
        }
        Admission admission = guard.admit(key(user), policy, now);
        return admission instanceof Admitted admitted ? behindLock(user, admitted, now) : admission;
    }

    private Admission behindLock(UserModel user, Admitted admitted, Instant now) {
        if (admitted.afterLock() && FactorLock.lockedByNow(session, user, factor)) {
            // It was under way when the lock came. The free guesses are for after the lock.
            guard.startAnewAfterLock(key(user), now);
            return new Refused(policy.longestWait());
        }
        if (policy.locksAfter(admitted.failures())) {
            // The lock comes before the look at the code, so that nothing that breaks in between can skip it.
            FactorLock.lock(session, user, factor, admitted.failures(), now);
            guard.startAnewAfterLock(key(user), now);
            tellLocked(user, now);
        }
        return admitted;
    }

    /** Takes a guess for setting the factor up anew, which a locked factor allows: it is what lifts the lock. */
    public Admission admitToSetUp(UserModel user, Instant now) {
        return guard.admit(key(user), policy.withoutLock(policy.longestWait()), now);
    }

    /** How long the next guess has to wait; a locked factor answers the longest wait. */
    public Duration untilNext(UserModel user, Instant now) {
        return FactorLock.locked(user, factor) ? policy.longestWait() : guard.waitFor(key(user), policy, now);
    }

    /** How many wrong guesses in a row there were, as far as the streak is remembered. */
    public int failures(UserModel user) {
        return guard.failures(key(user));
    }

    /** On an administrator's word: the lock goes, and the next guess is the first of a new streak. */
    public void clear(UserModel user) {
        FactorLock.lift(user, factor);
        guard.startAnew(key(user));
    }

    public void rejected(UserModel user) {
        lockout.failed(user, factor.bruteForceCategory());
    }

    /** A right code ends the streak, and lifts the lock that its own guess may just have set. */
    public void accepted(UserModel user, Admitted guess) {
        guard.succeeded(key(user), guess);
        if (policy.locksAfter(guess.failures())) {
            FactorLock.liftNow(session, user, factor);
        }
        FactorLock.lift(user, factor);
        lockout.succeeded(user, factor.bruteForceCategory());
    }

    private void tellLocked(UserModel user, Instant now) {
        new EventBuilder(realm, session, session.getContext().getConnection())
                .event(EventType.UPDATE_CREDENTIAL)
                .user(user)
                .detail(Details.CREDENTIAL_TYPE, factor.credentialType())
                .detail(Details.REASON, "too many wrong guesses in a row")
                .error("factor_locked");
        new Notices(session, settings).factorLocked(user, factor, now);
    }

    private GuardKey key(UserModel user) {
        return GuardKey.ofFactor(realm, user, factor);
    }
}
