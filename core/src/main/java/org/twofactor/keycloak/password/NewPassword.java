package org.twofactor.keycloak.password;

import java.time.Instant;
import java.util.Optional;
import org.keycloak.credential.CredentialInput;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ModelException;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.policy.PasswordPolicyManagerProvider;
import org.keycloak.policy.PolicyError;
import org.keycloak.storage.ReadOnlyException;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.compat.LoginMessages;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.settings.Settings;

/** Sets a password, by the realm's rules, and does what follows from a new one. */
final class NewPassword {
    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;

    NewPassword(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
    }

    /** What came of it. */
    sealed interface Outcome {
        record Set() implements Outcome {}

        /** @param sentence the realm's policy in its own words */
        record Refused(String sentence) implements Outcome {}

        /** The password lives in a user storage that can't be written. */
        record ReadOnly() implements Outcome {}
    }

    /** A sentence of the realm's policy that the password breaks, history included; empty where it breaks none. */
    Optional<String> complaint(UserModel user, Secret password) {
        PolicyError error =
                session.getProvider(PasswordPolicyManagerProvider.class).validate(realm, user, password.reveal());
        return Optional.ofNullable(error)
                .map(it -> LoginMessages.text(session, user, it.getMessage(), it.getParameters()));
    }

    /** @param staying the session that goes on, if one does */
    Outcome set(UserModel user, Secret password, Optional<String> staying, Instant now) {
        try {
            CredentialInput input = UserCredentialModel.password(password.reveal(), false);
            if (!user.credentialManager().updateCredential(input)) {
                return new Outcome.ReadOnly();
            }
        } catch (ReadOnlyException e) {
            return new Outcome.ReadOnly();
        } catch (ModelException e) {
            return new Outcome.Refused(LoginMessages.text(session, user, e.getMessage(), e.getParameters()));
        }
        user.removeRequiredAction(UserModel.RequiredAction.UPDATE_PASSWORD);
        if (settings.endsOtherSessions()) {
            KeycloakCompat.endSessions(session, user, staying);
        }
        new Notices(session, settings).passwordChanged(user, now);
        return new Outcome.Set();
    }
}
