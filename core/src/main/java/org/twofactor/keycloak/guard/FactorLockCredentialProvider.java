package org.twofactor.keycloak.guard;

import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Makes {@link FactorLock} rows known to Keycloak, which imports rows of known types alone: without it a locked factor
 * would be free after an export and an import. No user removes one, by whatever token or page; no flow refers to the
 * type, so the account console shows none.
 */
public final class FactorLockCredentialProvider implements CredentialProvider<CredentialModel> {
    private final KeycloakSession session;

    FactorLockCredentialProvider(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public String getType() {
        return FactorLock.CREDENTIAL_TYPE;
    }

    @Override
    public CredentialModel createCredential(RealmModel realm, UserModel user, CredentialModel row) {
        return user.credentialManager().createStoredCredential(row);
    }

    /** For users, whom Keycloak asks for this; an admin's removal does not come here. */
    @Override
    public boolean deleteCredential(RealmModel realm, UserModel user, String id) {
        return false;
    }

    @Override
    public CredentialModel getCredentialFromModel(CredentialModel row) {
        return row;
    }

    @Override
    public CredentialTypeMetadata getCredentialTypeMetadata(CredentialTypeMetadataContext context) {
        return CredentialTypeMetadata.builder()
                .type(getType())
                .category(CredentialTypeMetadata.Category.BASIC_AUTHENTICATION)
                .displayName(getType())
                .helpText(getType())
                .iconCssClass("kcAuthenticatorDefaultClass")
                .removeable(false)
                .build(session);
    }
}
