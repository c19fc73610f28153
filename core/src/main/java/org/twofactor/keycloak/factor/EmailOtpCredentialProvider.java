package org.twofactor.keycloak.factor;

import java.util.List;
import org.keycloak.credential.CredentialMetadata;
import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.mail.EnrolledAddress;

/**
 * Makes the credential type {@code email-otp} known to Keycloak's consoles. It validates nothing: guesses go through
 * {@link EmailOtp}, and so past the guard.
 */
public final class EmailOtpCredentialProvider implements CredentialProvider<CredentialModel> {
    /** The required action by which users set it up; the account console leads there where the realm has it. */
    public static final String CREATE_ACTION = "two-factor-enrol-email-otp";

    private final KeycloakSession session;

    EmailOtpCredentialProvider(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public String getType() {
        return FactorId.EMAIL_OTP.credentialType();
    }

    @Override
    public CredentialModel createCredential(RealmModel realm, UserModel user, CredentialModel row) {
        return user.credentialManager().createStoredCredential(row);
    }

    @Override
    public boolean deleteCredential(RealmModel realm, UserModel user, String id) {
        return user.credentialManager().removeStoredCredentialById(id);
    }

    @Override
    public CredentialModel getCredentialFromModel(CredentialModel row) {
        return row;
    }

    /** The account console shows the address too. */
    @Override
    public CredentialMetadata getCredentialMetadata(CredentialModel credential, CredentialTypeMetadata type) {
        CredentialMetadata metadata = new CredentialMetadata();
        metadata.setCredentialModel(credential);
        EnrolledAddress.in(credential)
                .ifPresent(address -> metadata.setInfoProperties(List.of(new CredentialMetadata.LocalizedMessage(
                        "two-factor-enrol-email-otp-address", new Object[] {address}))));
        return metadata;
    }

    @Override
    public CredentialTypeMetadata getCredentialTypeMetadata(CredentialTypeMetadataContext context) {
        return CredentialTypeMetadata.builder()
                .type(getType())
                .category(CredentialTypeMetadata.Category.TWO_FACTOR)
                .displayName("two-factor-email-otp-display-name")
                .helpText("two-factor-email-otp-help-text")
                .iconCssClass("kcAuthenticatorDefaultClass")
                .createAction(CREATE_ACTION)
                .removeable(!KeycloakCompat.deletesByTokenAlone(session))
                .build(session);
    }
}
