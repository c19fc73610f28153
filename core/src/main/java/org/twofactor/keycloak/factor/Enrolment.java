package org.twofactor.keycloak.factor;

import java.time.Instant;
import java.util.List;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.settings.Settings;

/** What follows when a factor comes or goes, at whichever door: recovery codes with the first and the last, a notice. */
public final class Enrolment {
    private final Factors factors;
    private final Notices notices;

    public Enrolment(KeycloakSession session, Settings settings, Factors factors) {
        this.factors = factors;
        this.notices = new Notices(session, settings);
    }

    /**
     * After a factor was activated.
     *
     * @param twoFactorWasOn whether the user had 2FA on before
     * @return new recovery codes with the first factor, whatever is left of old ones; with a later one none, and those
     *     there are stay
     */
    public List<Secret> activated(UserModel user, Factor factor, boolean twoFactorWasOn, Instant now) {
        notices.factorEnabled(user, factor.id(), now);
        RecoveryCodes codes = factors.recoveryCodes();
        return twoFactorWasOn && codes.isActive(user) ? List.of() : codes.reset(user, now);
    }

    /** Removes a factor; the last one takes the recovery codes along. @return false where it was not active */
    public boolean deactivate(UserModel user, Factor factor, Instant now) {
        if (!factor.isActive(user)) {
            return false;
        }
        // First, as the address that it goes to may go with the factor.
        notices.factorDisabled(user, factor.id(), now);
        if (!factor.disable(user)) {
            return false;
        }
        if (!factors.twoFactorOn(user)) {
            factors.recoveryCodes().disable(user);
        }
        return true;
    }

    /** New recovery codes in place of all earlier ones. */
    public List<Secret> resetRecoveryCodes(UserModel user, Instant now) {
        List<Secret> codes = factors.recoveryCodes().reset(user, now);
        notices.recoveryCodesReset(user, now);
        return codes;
    }
}
