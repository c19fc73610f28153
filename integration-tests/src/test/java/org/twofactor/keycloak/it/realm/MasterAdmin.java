package org.twofactor.keycloak.it.realm;

import org.keycloak.OAuth2Constants;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.admin.client.KeycloakBuilder;
import org.keycloak.representations.idm.RealmRepresentation;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** The administrator of a server, logged in. */
public final class MasterAdmin {

    private MasterAdmin() {}

    public static Keycloak logIn(KeycloakServer server) {
        Keycloak admin = KeycloakBuilder.builder()
                .serverUrl(server.url().toString())
                .realm("master")
                .clientId("admin-cli")
                .grantType(OAuth2Constants.PASSWORD)
                .username(server.adminUsername())
                .password(server.adminPassword())
                .build();
        // The admin logs in at every move of the clock: with a quick hash from the second time on.
        RealmRepresentation master = admin.realm("master").toRepresentation();
        master.setPasswordPolicy("hashAlgorithm(pbkdf2-sha256) and hashIterations(100)");
        admin.realm("master").update(master);
        return admin;
    }
}
