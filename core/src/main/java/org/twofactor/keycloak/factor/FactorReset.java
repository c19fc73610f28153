package org.twofactor.keycloak.factor;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.settings.Settings;

/**
 * Takes every second factor from a user, so that he can enrol anew: an administrator's answer to a lost phone. First
 * factors stay: the password, and a passkey that stands for it.
 */
public final class FactorReset {
    /** What is ours and no factor, locks and trusted devices: it goes with the factors that it is about. */
    private static final String OURS = "two-factor-";

    private final Factors factors;
    private final Notices notices;

    public FactorReset(KeycloakSession session, Settings settings, Factors factors) {
        this.factors = factors;
        this.notices = new Notices(session, settings);
    }

    /**
     * Removes all second factors, recovery codes, locks, trusted devices and unconfirmed set-ups, and begins every streak of guesses anew.
     * A factor that lives in a user storage stays, since only that storage can remove it, and so does the address of the
     * account where the realm takes it for one. The user gets a notice for each
     * of our factors, as if it had been deactivated: who talked the support desk into it may have been somebody else.
     *
     * @return the types of the credentials that went, each once
     */
    public List<String> reset(UserModel user, Instant now) {
        // First, as the address that they go to may go with the factor.
        List<Runnable> told = factors.all().stream()
                .filter(factor -> factor != factors.recoveryCodes() && factor.isActive(user))
                .filter(factor ->
                        factor != factors.emailOtp() || !factors.emailOtp().isWithoutEnrolment(user))
                .map(factor -> notices.factorAboutToBeTakenAway(user, factor.id(), now))
                .toList();
        Set<String> types = new HashSet<>(factors.secondFactorTypes());
        types.addAll(Factors.RECOVERY_TYPES);
        List<CredentialModel> rows = user.credentialManager()
                .getStoredCredentialsStream()
                .filter(row -> types.contains(row.getType()) || row.getType().startsWith(OURS))
                .toList();
        rows.forEach(row -> user.credentialManager().removeStoredCredentialById(row.getId()));
        told.forEach(Runnable::run);
        for (Factor factor : factors.all()) {
            factor.abandonSetUp(user);
            factor.unlock(user);
        }
        return rows.stream().map(CredentialModel::getType).distinct().sorted().toList();
    }
}
