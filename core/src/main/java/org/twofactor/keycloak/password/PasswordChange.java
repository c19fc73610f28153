package org.twofactor.keycloak.password;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.device.KnownDevice;
import org.twofactor.keycloak.device.ShownDevices;
import org.twofactor.keycloak.settings.Settings;

/**
 * Changes a password by the old one, which is checked behind the guard that {@code /auth/login} has too. The realm's
 * policy is asked after it: its history would otherwise tell a thief with a session which password is the right one.
 */
public final class PasswordChange {
    private final KeycloakSession session;
    private final Settings settings;

    public PasswordChange(KeycloakSession session, Settings settings) {
        this.session = session;
        this.settings = settings;
    }

    /** What came of it. */
    public sealed interface Outcome {
        record Changed() implements Outcome {}

        /** The user logs in without a password. */
        record NoPassword() implements Outcome {}

        record WrongPassword() implements Outcome {}

        record Throttled(Duration delay) implements Outcome {}

        /** @param sentence the realm's policy in its own words */
        record Refused(String sentence) implements Outcome {}

        /** The password lives in a user storage that can't be written. */
        record ReadOnly() implements Outcome {}
    }

    /** @param current the session that goes on; all others end, if the realm's settings say so */
    public Outcome change(UserModel user, UserSessionModel current, Secret old, Secret wanted, Instant now) {
        // Its session came of a log-in, so what it tries is never counted with what strangers try.
        ShownDevices device = new ShownDevices(List.of(new KnownDevice(user, current.getId())));
        if (!user.credentialManager().isConfiguredFor(PasswordCredentialModel.TYPE)) {
            return new Outcome.NoPassword();
        }
        PasswordCheck.Outcome check =
                new PasswordCheck(session, settings).check(user.getUsername(), Optional.of(user), old, device, now);
        if (check instanceof PasswordCheck.Outcome.Throttled throttled) {
            return new Outcome.Throttled(throttled.delay());
        }
        if (!(check instanceof PasswordCheck.Outcome.Right)) {
            return new Outcome.WrongPassword();
        }
        NewPassword newPassword = new NewPassword(session, settings);
        Optional<String> complaint = newPassword.complaint(user, wanted);
        if (complaint.isPresent()) {
            return new Outcome.Refused(complaint.get());
        }
        NewPassword.Outcome set = newPassword.set(user, wanted, Optional.of(current.getId()), now);
        if (set instanceof NewPassword.Outcome.Refused refused) {
            return new Outcome.Refused(refused.sentence());
        }
        return set instanceof NewPassword.Outcome.Set ? new Outcome.Changed() : new Outcome.ReadOnly();
    }
}
