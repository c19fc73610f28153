package org.twofactor.keycloak.authenticator;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.AccountEmail;
import org.twofactor.keycloak.factor.EmailOtp;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.factor.MailedFactor;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * Asks for a code that is mailed to the account's verified address, without enrolment. Where the realm takes that address
 * for a factor, it asks for the same as every other door: the enrolled address, if there is one. Where it does not, a code
 * lets the user in and proves no factor.
 */
final class AccountEmailFormAuthenticator extends MailCodeFormAuthenticator {

    @Override
    MailedFactor factor(AuthenticationFlowContext context, Factors factors) {
        Settings settings = settings(context);
        return settings.emailWithoutEnrolment() ? factors.emailOtp() : new AccountEmail(context.getSession(), settings);
    }

    @Override
    void accepted(AuthenticationFlowContext context, Settings settings) {
        if (settings.emailWithoutEnrolment()) {
            ProvedFactor.succeed(context, settings, id());
        } else {
            ProvedFactor.succeedWithoutEnrolment(context, settings, id());
        }
    }

    @Override
    public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
        Settings settings = RealmSettings.of(session, realm);
        MailedFactor factor = settings.emailWithoutEnrolment()
                ? new EmailOtp(session, settings)
                : new AccountEmail(session, settings);
        return settings.allows(FactorId.EMAIL_OTP) && factor.isActive(user);
    }
}
