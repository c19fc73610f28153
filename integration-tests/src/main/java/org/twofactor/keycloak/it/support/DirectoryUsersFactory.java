package org.twofactor.keycloak.it.support;

import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.storage.UserStorageProviderFactory;

/** The user storage {@code directory-users}: a realm has it once an administrator adds it. */
public final class DirectoryUsersFactory implements UserStorageProviderFactory<DirectoryUsers> {
    public static final String ID = "directory-users";

    @Override
    public DirectoryUsers create(KeycloakSession session, ComponentModel storage) {
        return new DirectoryUsers(session, storage);
    }

    @Override
    public String getId() {
        return ID;
    }
}
