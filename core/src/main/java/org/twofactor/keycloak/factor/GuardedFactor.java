package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.factor.Verification.Accepted;
import org.twofactor.keycloak.factor.Verification.Barred;
import org.twofactor.keycloak.factor.Verification.Corrupt;
import org.twofactor.keycloak.factor.Verification.Inactive;
import org.twofactor.keycloak.factor.Verification.NotAllowed;
import org.twofactor.keycloak.factor.Verification.Rejected;
import org.twofactor.keycloak.factor.Verification.Throttled;
import org.twofactor.keycloak.guard.Admission;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.guard.FactorGuard;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.settings.Settings;

/** The order in which every factor looks at a guess, so that none can forget its guard. */
abstract class GuardedFactor implements Factor {
    protected final KeycloakSession session;
    protected final RealmModel realm;
    protected final Settings settings;

    GuardedFactor(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
    }

    /** Whether the stored factor is beyond reading. */
    abstract boolean isCorrupt(UserModel user);

    /** Whether the guess is right, spending it if so. Called for admitted guesses alone. */
    abstract boolean spend(UserModel user, Secret guess, Instant now);

    @Override
    public final Verification verify(UserModel user, Secret guess, Instant now) {
        if (!settings.allows(id())) {
            return new NotAllowed();
        }
        if (!isActive(user)) {
            return new Inactive();
        }
        if (isCorrupt(user)) {
            return new Corrupt();
        }
        if (barred(user)) {
            return new Barred();
        }
        return evaluate(user, guard().admit(user, now), () -> spend(user, guess, now));
    }

    @Override
    public final Duration untilNextGuess(UserModel user, Instant now) {
        return guard().untilNext(user, now);
    }

    @Override
    public final int failures(UserModel user) {
        return guard().failures(user);
    }

    @Override
    public final void unlock(UserModel user) {
        guard().clear(user);
    }

    final Verification evaluate(UserModel user, Admission admission, BooleanSupplier isRight) {
        if (admission instanceof Refused refused) {
            return new Throttled(refused.delay());
        }
        if (!isRight.getAsBoolean()) {
            guard().rejected(user);
            return new Rejected();
        }
        guard().accepted(user, (Admitted) admission);
        return new Accepted();
    }

    final boolean barred(UserModel user) {
        return new RealmLockout(session).bars(user);
    }

    final FactorGuard guard() {
        return new FactorGuard(session, settings, id());
    }
}
