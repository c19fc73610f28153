package org.twofactor.keycloak.authenticator;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.AccountEmail;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.factor.MailedFactor;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * Asks for a code that is mailed to the account's verified address, without enrolment. It proves a factor where the realm
 * takes that address for one; where it does not, or the user has enrolled another, it lets them in and no more.
 */
final class AccountEmailFormAuthenticator extends MailCodeFormAuthenticator {

    @Override
    MailedFactor factor(AuthenticationFlowContext context, Factors factors) {
        return new AccountEmail(context.getSession(), settings(context));
    }

    @Override
    void accepted(AuthenticationFlowContext context, Settings settings) {
        if (factors(context).emailOtp().isWithoutEnrolment(context.getUser())) {
            ProvedFactor.succeed(context, settings, id());
        } else {
            ProvedFactor.succeedWithoutEnrolment(context, settings, id());
        }
    }

    @Override
    public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
        Settings settings = RealmSettings.of(session, realm);
        return settings.allows(FactorId.EMAIL_OTP) && new AccountEmail(session, settings).isActive(user);
    }
}
