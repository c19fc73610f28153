package org.twofactor.keycloak.factor;

import java.time.Instant;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.settings.Settings;

/**
 * Email OTP without enrolment, for flows that want it: whoever has a verified address in the account can get the code
 * there. Guesses and mails count as those of the enrolled factor do. It does not make 2FA on: a door that is not in such
 * a flow does not ask for it.
 */
public final class AccountEmail extends MailedFactor {

    /** The step of a flow that asks for it. */
    public static final String STEP = "two-factor-account-email-form";

    public AccountEmail(KeycloakSession session, Settings settings) {
        super(session, settings);
    }

    /** Whether a flow of the realm, bound or not, asks for it. */
    public static boolean isAskedFor(RealmModel realm) {
        return realm.getAuthenticationFlowsStream()
                .flatMap(flow -> realm.getAuthenticationExecutionsStream(flow.getId()))
                .anyMatch(step -> STEP.equals(step.getAuthenticator()) && step.isEnabled());
    }

    /** The address of the account, if somebody has proved it. */
    static Optional<String> verified(UserModel user) {
        return Optional.ofNullable(user.getEmail()).filter(email -> !email.isBlank() && user.isEmailVerified());
    }

    @Override
    public Optional<String> address(UserModel user) {
        return verified(user);
    }

    @Override
    public boolean isActive(UserModel user) {
        return address(user).isPresent();
    }

    @Override
    public Optional<Instant> completedAt(UserModel user) {
        return Optional.empty();
    }

    /** There is nothing to deactivate. */
    @Override
    public boolean disable(UserModel user) {
        return false;
    }

    @Override
    boolean isCorrupt(UserModel user) {
        return false;
    }
}
