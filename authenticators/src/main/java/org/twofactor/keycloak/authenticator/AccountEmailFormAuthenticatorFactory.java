package org.twofactor.keycloak.authenticator;

/** {@link AccountEmailFormAuthenticator} for Keycloak: execution "Two-factor: email code without enrolment". */
public final class AccountEmailFormAuthenticatorFactory extends CodeFormAuthenticatorFactory {
    public static final String PROVIDER_ID = "two-factor-account-email-form";

    public AccountEmailFormAuthenticatorFactory() {
        super(new AccountEmailFormAuthenticator());
    }

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Two-factor: email code without enrolment";
    }

    @Override
    public String getHelpText() {
        return "Asks for a code that is mailed to the verified address of the account, whether the user has enrolled "
                + "it or not. It switches 2FA on for this flow alone.";
    }
}
