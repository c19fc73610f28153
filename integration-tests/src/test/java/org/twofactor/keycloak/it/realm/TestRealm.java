package org.twofactor.keycloak.it.realm;

import jakarta.ws.rs.core.Response;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.keycloak.admin.client.CreatedResponseUtil;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.admin.client.resource.RealmResource;
import org.keycloak.admin.client.resource.UserResource;
import org.keycloak.representations.idm.AdminEventRepresentation;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.ComponentRepresentation;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.idm.EventRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.keycloak.representations.idm.RequiredActionConfigRepresentation;
import org.keycloak.representations.idm.RequiredActionProviderRepresentation;
import org.keycloak.representations.idm.UserRepresentation;
import org.keycloak.storage.UserStorageProvider;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.support.DirectoryUsers;
import org.twofactor.keycloak.it.support.DirectoryUsersFactory;

/** A realm of one test class, made by {@link NewRealm} and deleted after the class: what a test does in and to it. */
public final class TestRealm implements AutoCloseable {

    private final String name;
    private final Supplier<RealmResource> admin;
    private final Api api;

    TestRealm(String name, Supplier<RealmResource> admin, Api api) {
        this.name = name;
        this.admin = admin;
        this.api = api;
    }

    public String name() {
        return name;
    }

    /** The realm as its administrator has it. */
    public RealmResource admin() {
        return admin.get();
    }

    /** The realm as an app has it. */
    public Api api() {
        return api;
    }

    /** The same realm as another server of the same database has it: another node, or one that was started later. */
    public TestRealm at(KeycloakServer server, Keycloak itsAdmin) {
        return new TestRealm(name, () -> itsAdmin.realm(name), Api.of(server, name));
    }

    /** A user with a verified address, a password and nothing left to do. */
    public TestUser newUser() {
        return newUser(user -> {});
    }

    /** As {@link #newUser()}, with something different about it. */
    public TestUser newUser(Consumer<UserRepresentation> change) {
        String username = RandomName.after("user-");
        String password = "Pw1-" + UUID.randomUUID();
        IssuedSecrets.add("password", password);
        CredentialRepresentation credential = new CredentialRepresentation();
        credential.setType(CredentialRepresentation.PASSWORD);
        credential.setValue(password);
        credential.setTemporary(false);
        UserRepresentation user = new UserRepresentation();
        user.setUsername(username);
        user.setEmail(username + "@example.org");
        user.setEmailVerified(true);
        user.setFirstName("Test");
        user.setLastName("User");
        user.setEnabled(true);
        user.setCredentials(List.of(credential));
        change.accept(user);
        try (Response response = admin().users().create(user)) {
            String id = CreatedResponseUtil.getCreatedId(response);
            return new TestUser(id, user.getUsername(), user.getEmail(), password);
        }
    }

    /** The user as the administrator has it. */
    public UserResource user(TestUser user) {
        return admin().users().get(user.id());
    }

    /** Changes something of a user. */
    public void update(TestUser user, Consumer<UserRepresentation> change) {
        UserRepresentation current = user(user).toRepresentation();
        change.accept(current);
        user(user).update(current);
    }

    /** Changes something of the realm. */
    public void update(Consumer<RealmRepresentation> change) {
        RealmRepresentation current = admin().toRepresentation();
        change.accept(current);
        admin().update(current);
    }

    /** Changes something of a client. */
    public void updateClient(String clientId, Consumer<ClientRepresentation> change) {
        ClientRepresentation current =
                admin().clients().findByClientId(clientId).get(0);
        change.accept(current);
        admin().clients().get(current.getId()).update(current);
    }

    /** Turns on Keycloak's own brute force detection: a lock after that many failures. */
    public void enableBruteForce(int failures) {
        update(realm -> BruteForce.enable(realm, failures));
    }

    /** Puts these settings over those that our required action has. */
    public void settings(Map<String, String> changes) {
        Map<String, String> merged = new HashMap<>(settings());
        merged.putAll(changes);
        RequiredActionConfigRepresentation config = new RequiredActionConfigRepresentation();
        config.setConfig(merged);
        admin().flows().updateRequiredActionConfig(NewRealm.REQUIRED_ACTION, config);
    }

    /** The settings of our required action, as the administrator has set them. */
    public Map<String, String> settings() {
        return admin().flows().getRequiredActionConfig(NewRealm.REQUIRED_ACTION).getConfig();
    }

    /** Deletes our required action, as a configuration tool does whose file does not have it. */
    public void deleteAction() {
        admin().flows().removeRequiredAction(NewRealm.REQUIRED_ACTION);
    }

    /** Registers it again, without any settings. */
    public void registerAction() {
        NewRealm.register(this, NewRealm.REQUIRED_ACTION, "Set up two-factor authentication");
    }

    /** Switches our required action on or off, as the admin console does, which keeps its settings. */
    public void switchAction(boolean on) {
        RequiredActionProviderRepresentation action = admin().flows().getRequiredAction(NewRealm.REQUIRED_ACTION);
        action.setEnabled(on);
        admin().flows().updateRequiredAction(NewRealm.REQUIRED_ACTION, action);
    }

    /** Adds the directory that can't be written: whoever is called {@code directory-…} is in it. */
    public void addDirectory() {
        ComponentRepresentation directory = new ComponentRepresentation();
        directory.setName("directory");
        directory.setProviderId(DirectoryUsersFactory.ID);
        directory.setProviderType(UserStorageProvider.class.getName());
        try (Response created = admin().components().add(directory)) {
            CreatedResponseUtil.getCreatedId(created);
        }
    }

    /** Somebody in the directory. */
    public static TestUser directoryUser() {
        String name = "directory-" + UUID.randomUUID();
        return new TestUser("", name, name + "@directory.example", DirectoryUsers.PASSWORD);
    }

    /** Logs in by Keycloak's direct grant at {@link TestClients#APP}. */
    public Answer directGrant(TestUser user) {
        return directGrant(TestClients.APP, user, Map.of());
    }

    /** Logs in by Keycloak's direct grant, with more form fields than the usual. */
    public Answer directGrant(String clientId, TestUser user, Map<String, String> more) {
        Map<String, String> form = new HashMap<>(
                Map.of("grant_type", "password", "username", user.username(), "password", user.password()));
        form.put("scope", "openid");
        form.putAll(more);
        return token(clientId, form);
    }

    /** A call of Keycloak's token endpoint. */
    public Answer token(String clientId, Map<String, String> form) {
        return oidc("/token", clientId, form);
    }

    /** Asks Keycloak's introspection endpoint about a token, as {@link TestClients#BACKEND}. */
    public Answer introspect(String token, Map<String, String> more) {
        Map<String, String> form = new HashMap<>(Map.of("token", token));
        form.putAll(more);
        return oidc("/token/introspect", TestClients.BACKEND, form);
    }

    /** A call of one of Keycloak's OIDC endpoints, as this client. */
    public Answer oidc(String path, String clientId, Map<String, String> form) {
        Map<String, String> all = new HashMap<>(form);
        all.put("client_id", clientId);
        if (clientId.equals(TestClients.BACKEND)) {
            all.put("client_secret", TestClients.BACKEND_SECRET);
        }
        return api.post("/protocol/openid-connect" + path).form(all).send();
    }

    /** An access token of a user who has no second factor on. */
    public String accessToken(TestUser user) {
        return directGrant(user).field("access_token");
    }

    /** The events about a user, oldest first. */
    public List<EventRepresentation> events(TestUser user) {
        List<EventRepresentation> newestFirst = admin().getEvents(null, null, user.id(), null, null, null, null, 1000);
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** The events of these types, oldest first: {@code events("LOGIN_ERROR")}. */
    public List<EventRepresentation> events(String... types) {
        List<EventRepresentation> newestFirst =
                admin().getEvents(List.of(types), null, null, null, null, null, null, 1000);
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** What administrators did, oldest first. */
    public List<AdminEventRepresentation> adminEvents() {
        List<AdminEventRepresentation> newestFirst = admin().getAdminEvents();
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    @Override
    public void close() {
        admin().remove();
    }
}
