package org.twofactor.keycloak.authenticator;

import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * Required action "Set up two-factor authentication". Its configuration holds the realm's settings.
 *
 * <p>Until it has pages of its own it hands a user without 2FA over to Keycloak's page for an authenticator app, so that
 * enrolment that is demanded is not skipped.
 */
final class ConfigureTwoFactor implements RequiredActionProvider {

    @Override
    public void evaluateTriggers(RequiredActionContext context) {
        // Whoever wants it demands it: nothing triggers it by itself.
    }

    @Override
    public void requiredActionChallenge(RequiredActionContext context) {
        UserModel user = context.getUser();
        Factors factors = new Factors(context.getSession(), RealmSettings.of(context.getSession(), context.getRealm()));
        if (!factors.twoFactorOn(user)) {
            user.addRequiredAction(UserModel.RequiredAction.CONFIGURE_TOTP);
        }
        context.success();
    }

    @Override
    public void processAction(RequiredActionContext context) {
        requiredActionChallenge(context);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
