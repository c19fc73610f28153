package org.twofactor.keycloak.authenticator;

import org.twofactor.keycloak.factor.AccountEmail;

/** {@link AccountEmailFormAuthenticator} for Keycloak: execution "Two-factor: email code without enrolment". */
public final class AccountEmailFormAuthenticatorFactory extends CodeFormAuthenticatorFactory {
    public AccountEmailFormAuthenticatorFactory() {
        super(new AccountEmailFormAuthenticator());
    }

    @Override
    public String getId() {
        return AccountEmail.STEP;
    }

    @Override
    public String getDisplayType() {
        return "Two-factor: email code without enrolment";
    }

    @Override
    public String getHelpText() {
        return "Asks for a code that is mailed to the verified address of the account, whether the user has enrolled "
                + "it or not. It needs the setting emailWithoutEnrolment.";
    }
}
