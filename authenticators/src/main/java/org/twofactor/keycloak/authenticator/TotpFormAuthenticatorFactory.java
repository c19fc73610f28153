package org.twofactor.keycloak.authenticator;

/** {@link TotpFormAuthenticator} for Keycloak: execution "Two-factor: authenticator app". */
public final class TotpFormAuthenticatorFactory extends CodeFormAuthenticatorFactory {
    public static final String PROVIDER_ID = "two-factor-totp-form";

    public TotpFormAuthenticatorFactory() {
        super(new TotpFormAuthenticator());
    }

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Two-factor: authenticator app";
    }

    @Override
    public String getHelpText() {
        return "Asks for a code of the user's authenticator app. Guesses count together with those over REST.";
    }

    @Override
    public boolean isUserSetupAllowed() {
        return true;
    }
}
