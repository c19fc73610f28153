package org.twofactor.keycloak.authenticator;

/** {@link RecoveryCodeFormAuthenticator} for Keycloak: execution "Two-factor: recovery code". */
public final class RecoveryCodeFormAuthenticatorFactory extends CodeFormAuthenticatorFactory {
    public static final String PROVIDER_ID = "two-factor-recovery-code-form";

    public RecoveryCodeFormAuthenticatorFactory() {
        super(new RecoveryCodeFormAuthenticator());
    }

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Two-factor: recovery code";
    }

    @Override
    public String getHelpText() {
        return "Asks for one of the user's recovery codes. Guesses count together with those over REST.";
    }
}
