package org.twofactor.keycloak.factor;

import org.keycloak.credential.CredentialMetadata;
import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.compat.KeycloakCompat;

/**
 * Makes the credential type {@code recovery-code} known to Keycloak's consoles. It validates nothing: guesses go through
 * {@link RecoveryCodes}, and so past the guard.
 */
public final class RecoveryCodeCredentialProvider implements CredentialProvider<CredentialModel> {
    /** The required action by which users set it up; the account console leads there where the realm has it. */
    public static final String CREATE_ACTION = "two-factor-recovery-codes";

    private final KeycloakSession session;

    RecoveryCodeCredentialProvider(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public String getType() {
        return RecoveryCodeCredential.TYPE;
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

    /** The account console shows how many are used, and warns when few are left, in Keycloak's own words for its own codes. */
    @Override
    public CredentialMetadata getCredentialMetadata(CredentialModel credential, CredentialTypeMetadata type) {
        CredentialMetadata metadata = new CredentialMetadata();
        metadata.setCredentialModel(credential);
        RecoveryCodeCredential.publicData(credential).ifPresent(codes -> {
            metadata.setInfoMessage(
                    "recovery-codes-number-used", codes.issued() - codes.remaining() + "/" + codes.issued());
            if (codes.remaining() <= RecoveryCodes.FEW) {
                metadata.setWarningMessageTitle("recovery-codes-number-remaining", String.valueOf(codes.remaining()));
                metadata.setWarningMessageDescription("recovery-codes-generate-new-codes");
            }
        });
        return metadata;
    }

    @Override
    public CredentialTypeMetadata getCredentialTypeMetadata(CredentialTypeMetadataContext context) {
        return CredentialTypeMetadata.builder()
                .type(getType())
                .category(CredentialTypeMetadata.Category.TWO_FACTOR)
                .displayName("two-factor-recovery-code-display-name")
                .helpText("two-factor-recovery-code-help-text")
                .iconCssClass("kcAuthenticatorRecoveryAuthnCodesClass")
                .createAction(CREATE_ACTION)
                .removeable(!KeycloakCompat.deletesByTokenAlone(session))
                .build(session);
    }
}
