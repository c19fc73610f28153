package org.twofactor.keycloak.authenticator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.oidc.utils.AcrUtils;

/**
 * Of whom or what a second factor is demanded, found in the realm by the names in a configuration.
 *
 * @param level from which on a level of authentication demands it
 * @param complaints sentences about names that the realm does not have, or has twice
 */
record Demand(
        List<RoleModel> roles,
        List<GroupModel> groups,
        List<ClientModel> clients,
        OptionalInt level,
        List<String> complaints) {
    static final String ROLES = "roles";
    static final String GROUPS = "groups";
    static final String CLIENTS = "clients";
    static final String ACR = "acr";

    private static final Pattern LEVEL = Pattern.compile("[0-9]{1,3}");

    static Demand of(KeycloakSession session, RealmModel realm, Map<String, String> config) {
        List<String> complaints = new ArrayList<>();
        List<RoleModel> roles = new ArrayList<>();
        for (String name : ConfigList.of(config, ROLES)) {
            List<RoleModel> found = roles(realm, name);
            if (found.size() == 1) {
                roles.add(found.get(0));
            } else {
                complaints.add(
                        found.isEmpty()
                                ? "Roles (roles): write roles of this realm, a client’s as client.role; it has no '%s'"
                                        .formatted(name)
                                : "Roles (roles): '%s' is more than one role; rename one of them".formatted(name));
            }
        }
        List<GroupModel> groups = new ArrayList<>();
        for (String path : ConfigList.of(config, GROUPS)) {
            GroupModel group = path.startsWith("/") ? KeycloakModelUtils.findGroupByPath(session, realm, path) : null;
            if (group == null) {
                complaints.add("Groups (groups): write paths of groups such as /staff/admins; there is no '%s'"
                        .formatted(path));
            } else {
                groups.add(group);
            }
        }
        List<ClientModel> clients = new ArrayList<>();
        for (String id : ConfigList.of(config, CLIENTS)) {
            ClientModel client = realm.getClientByClientId(id);
            if (client == null) {
                complaints.add("Clients (clients): write client IDs of this realm; it has no '%s'".formatted(id));
            } else {
                clients.add(client);
            }
        }
        String acr = config.getOrDefault(ACR, "").strip();
        OptionalInt level = level(realm, acr);
        if (!acr.isEmpty() && level.isEmpty()) {
            complaints.add(
                    ("ACR (acr): write a level such as 2, or a name from the realm’s ACR to LoA mapping," + " not '%s'")
                            .formatted(acr));
        }
        return new Demand(roles, groups, clients, level, complaints);
    }

    /** Whether nothing is demanded of anybody in particular. */
    boolean isEmpty() {
        return roles.isEmpty() && groups.isEmpty() && clients.isEmpty() && level.isEmpty() && complaints.isEmpty();
    }

    /**
     * All roles that the name can mean: {@code technical} is the realm's and no client's, {@code client.technical} is the
     * client's. Names and client IDs may have dots themselves, so that one text can mean two roles.
     */
    private static List<RoleModel> roles(RealmModel realm, String name) {
        Stream<RoleModel> ofClients = IntStream.range(1, name.length())
                .filter(dot -> name.charAt(dot) == '.')
                .mapToObj(dot -> clientRole(realm, name.substring(0, dot), name.substring(dot + 1)))
                .flatMap(role -> role);
        return Stream.concat(Stream.ofNullable(realm.getRole(name)), ofClients).toList();
    }

    private static Stream<RoleModel> clientRole(RealmModel realm, String clientId, String role) {
        return Stream.ofNullable(realm.getClientByClientId(clientId))
                .flatMap(it -> Stream.ofNullable(it.getRole(role)));
    }

    private static OptionalInt level(RealmModel realm, String acr) {
        Integer mapped = AcrUtils.getAcrLoaMap(realm).get(acr);
        if (mapped != null) {
            return OptionalInt.of(mapped);
        }
        return LEVEL.matcher(acr).matches() ? OptionalInt.of(Integer.parseInt(acr)) : OptionalInt.empty();
    }
}
