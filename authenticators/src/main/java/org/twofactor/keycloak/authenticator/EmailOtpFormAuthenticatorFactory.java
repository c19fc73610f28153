package org.twofactor.keycloak.authenticator;

/** {@link EmailOtpFormAuthenticator} for Keycloak: execution "Two-factor: email code". */
public final class EmailOtpFormAuthenticatorFactory extends CodeFormAuthenticatorFactory {
    public static final String PROVIDER_ID = "two-factor-email-otp-form";

    public EmailOtpFormAuthenticatorFactory() {
        super(new EmailOtpFormAuthenticator());
    }

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Two-factor: email code";
    }

    @Override
    public String getHelpText() {
        return "Asks for a code that is mailed to the address which the user has enrolled. Guesses and mails count together with "
                + "those over REST.";
    }
}
