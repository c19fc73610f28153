package org.twofactor.keycloak.it.token;

import java.util.List;
import java.util.stream.Stream;
import org.keycloak.admin.client.resource.RoleScopeResource;
import org.keycloak.representations.idm.RoleRepresentation;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Which roles of Keycloak's own clients a user has. */
public record AccountRights(TestRealm realm) {

    public static AccountRights of(TestRealm realm) {
        return new AccountRights(realm);
    }

    /** Takes away what every user of the realm has, and gives {@code view-profile} alone. */
    public void readOnly(TestUser user) {
        RoleScopeResource ofRealm = realm.user(user).roles().realmLevel();
        ofRealm.remove(ofRealm.listAll());
        grant(user, "account", "view-profile");
    }

    public void grant(TestUser user, String clientId, String... roles) {
        realm.user(user).roles().clientLevel(uuid(clientId)).add(representations(clientId, roles));
    }

    public void revoke(TestUser user, String clientId, String... roles) {
        realm.user(user).roles().clientLevel(uuid(clientId)).remove(representations(clientId, roles));
    }

    private List<RoleRepresentation> representations(String clientId, String... roles) {
        return Stream.of(roles)
                .map(role -> realm.admin()
                        .clients()
                        .get(uuid(clientId))
                        .roles()
                        .get(role)
                        .toRepresentation())
                .toList();
    }

    private String uuid(String clientId) {
        return new OidcClient(realm, clientId).uuid();
    }
}
