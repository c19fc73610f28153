package org.twofactor.keycloak.it.support;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.keycloak.component.ComponentModel;
import org.keycloak.credential.CredentialInput;
import org.keycloak.credential.CredentialInputUpdater;
import org.keycloak.credential.CredentialInputValidator;
import org.keycloak.credential.UserCredentialManager;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SubjectCredentialManager;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.storage.ReadOnlyException;
import org.keycloak.storage.StorageId;
import org.keycloak.storage.UserStorageProvider;
import org.keycloak.storage.adapter.AbstractUserAdapter;
import org.keycloak.storage.user.UserLookupProvider;

/**
 * Users of a directory that can't be written: whoever is called {@code directory-…} is there, with the address
 * {@code directory-…@directory.example} and one password for all. As a directory does, it finds an address by compatible
 * letters too: {@code ſ} is {@code s}.
 *
 * <p><strong>For test servers only</strong>, as {@link TestSupport} is.
 */
public final class DirectoryUsers
        implements UserStorageProvider, UserLookupProvider, CredentialInputValidator, CredentialInputUpdater {
    /** Of all of them. */
    public static final String PASSWORD = "Directory-Password-1";

    private static final String PREFIX = "directory-";
    private static final String DOMAIN = "@directory.example";

    private final KeycloakSession session;
    private final ComponentModel storage;

    DirectoryUsers(KeycloakSession session, ComponentModel storage) {
        this.session = session;
        this.storage = storage;
    }

    @Override
    public UserModel getUserById(RealmModel realm, String id) {
        return getUserByUsername(realm, StorageId.externalId(id));
    }

    @Override
    public UserModel getUserByUsername(RealmModel realm, String username) {
        return Optional.of(username)
                .filter(name -> name.startsWith(PREFIX) && !name.contains("@"))
                .map(name -> new DirectoryUser(realm, name))
                .orElse(null);
    }

    @Override
    public UserModel getUserByEmail(RealmModel realm, String email) {
        UnaryOperator<String> prepared =
                text -> Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        String address = prepared.apply(email);
        return address.endsWith(DOMAIN)
                ? getUserByUsername(realm, address.substring(0, address.length() - DOMAIN.length()))
                : null;
    }

    @Override
    public boolean supportsCredentialType(String type) {
        return type.equals(PasswordCredentialModel.TYPE);
    }

    @Override
    public boolean isConfiguredFor(RealmModel realm, UserModel user, String type) {
        return supportsCredentialType(type);
    }

    @Override
    public boolean isValid(RealmModel realm, UserModel user, CredentialInput input) {
        return input.getChallengeResponse().equals(PASSWORD);
    }

    @Override
    public boolean updateCredential(RealmModel realm, UserModel user, CredentialInput input) {
        throw new ReadOnlyException("the directory can't be written");
    }

    @Override
    public void disableCredentialType(RealmModel realm, UserModel user, String type) {
        throw new ReadOnlyException("the directory can't be written");
    }

    @Override
    public Stream<String> getDisableableCredentialTypesStream(RealmModel realm, UserModel user) {
        return Stream.empty();
    }

    @Override
    public void close() {
        // There is nothing open.
    }

    /** Whatever would be written is refused by what it extends. */
    private final class DirectoryUser extends AbstractUserAdapter {
        private final String name;

        private DirectoryUser(RealmModel realm, String name) {
            super(DirectoryUsers.this.session, realm, DirectoryUsers.this.storage);
            this.name = name;
        }

        @Override
        public String getUsername() {
            return name;
        }

        @Override
        public String getEmail() {
            return name + DOMAIN;
        }

        /** Complete, so that nobody is asked to fill it in. */
        @Override
        public Map<String, List<String>> getAttributes() {
            return Map.of(
                    USERNAME, List.of(name),
                    EMAIL, List.of(getEmail()),
                    FIRST_NAME, List.of("Test"),
                    LAST_NAME, List.of("User"));
        }

        @Override
        public Stream<String> getAttributeStream(String attribute) {
            return getAttributes().getOrDefault(attribute, List.of()).stream();
        }

        @Override
        public String getFirstAttribute(String attribute) {
            return getAttributeStream(attribute).findFirst().orElse(null);
        }

        @Override
        public SubjectCredentialManager credentialManager() {
            return new UserCredentialManager(session, realm, this);
        }
    }
}
