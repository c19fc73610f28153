package org.twofactor.keycloak.password;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;

/** Since when a user has the password: what rests on an earlier one is void. */
public final class PasswordAge {

    private PasswordAge() {}

    /** The epoch for a user without a password here, such as a federated one. */
    public static Instant setAt(UserModel user) {
        return user.credentialManager()
                .getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE)
                .map(CredentialModel::getCreatedDate)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli)
                .orElse(Instant.EPOCH);
    }
}
