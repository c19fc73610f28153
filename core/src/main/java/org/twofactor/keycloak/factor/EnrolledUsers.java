package org.twofactor.keycloak.factor;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.guard.FactorLock;

/**
 * Which users of a realm have which second factor, asked of the database: the same few queries whatever the number of
 * users, and no user is loaded. Keycloak's own interfaces find users by their attributes only, and those a user may be
 * able to overwrite.
 *
 * <p>It knows the users that the database holds, imported ones included, but not those that a user storage keeps to
 * itself, nor factors that live in one. Service accounts are no users here.
 */
public final class EnrolledUsers {
    private static final String USERS =
            " from UserEntity u where u.realmId = :realm and u.serviceAccountClientLink is null";
    private static final String ROWS = " from CredentialEntity c where c.user.realmId = :realm"
            + " and c.user.serviceAccountClientLink is null and c.type in (:types)";

    private final EntityManager database;
    private final RealmModel realm;
    private final Set<String> secondFactors;
    private final Set<String> readable;

    public EnrolledUsers(KeycloakSession session, Factors factors) {
        this.database = session.getProvider(JpaConnectionProvider.class).getEntityManager();
        this.realm = session.getContext().getRealm();
        this.secondFactors = factors.secondFactorTypes();
        this.readable = factors.knownTypes();
    }

    /**
     * @param users all that there are
     * @param withTwoFactor those who have any second factor
     * @param locked those of whom any factor is locked
     * @param byMethod how many have it, for each method that anybody has
     */
    public record Totals(long users, long withTwoFactor, long locked, Map<String, Long> byMethod) {}

    /**
     * @param enabled whether the user has 2FA on
     * @param accountEnabled whether the account is
     * @param methods as {@link EnrolledMethods} has them, recovery codes that are used up included
     * @param locked the factors that are locked, by wire name
     */
    public record EnrolledUser(
            String id,
            String username,
            String email,
            boolean enabled,
            boolean accountEnabled,
            List<String> methods,
            List<String> locked) {}

    /** What a page of users is narrowed to; what is empty narrows nothing. */
    public record Filter(Optional<String> method, Optional<Boolean> twoFactor, Optional<Boolean> locked) {}

    public Totals totals() {
        Map<String, Long> byMethod = new TreeMap<>();
        Set<String> types = knownTypes();
        types.remove(FactorLock.CREDENTIAL_TYPE);
        database.createQuery("select c.type, count(distinct c.user.id)" + ROWS + " group by c.type", Object[].class)
                .setParameter("realm", realm.getId())
                .setParameter("types", types)
                .getResultList()
                .forEach(row -> byMethod.merge(EnrolledMethods.nameOf((String) row[0]), (Long) row[1], Long::sum));
        return new Totals(
                database.createQuery("select count(u)" + USERS, Long.class)
                        .setParameter("realm", realm.getId())
                        .getSingleResult(),
                usersWith(secondFactors),
                usersWith(Set.of(FactorLock.CREDENTIAL_TYPE)),
                byMethod);
    }

    /**
     * How many users have credentials of types that no installed extension reads, by type: second factors of an extension
     * that was taken out, perhaps, whose users then log in with the password alone.
     */
    public Map<String, Long> byUnreadableType() {
        Map<String, Long> byType = new TreeMap<>();
        database.createQuery(
                        "select c.type, count(distinct c.user.id) from CredentialEntity c where c.user.realmId = :realm"
                                + " and c.user.serviceAccountClientLink is null and c.type not in (:types)"
                                + " group by c.type",
                        Object[].class)
                .setParameter("realm", realm.getId())
                .setParameter("types", readable)
                .getResultList()
                .forEach(row -> byType.put((String) row[0], (Long) row[1]));
        return byType;
    }

    /** Whether anybody could have a method of that name: what else a filter asks for is a slip of the pen. */
    public boolean isMethod(String name) {
        return knownTypes().stream()
                .filter(type -> !type.equals(FactorLock.CREDENTIAL_TYPE))
                .anyMatch(type -> EnrolledMethods.nameOf(type).equals(name));
    }

    /** A page of users by username. */
    public List<EnrolledUser> page(Filter filter, int first, int max) {
        Map<String, Set<String>> conditions = new HashMap<>();
        StringBuilder where = new StringBuilder();
        filter.method().ifPresent(method -> conditions.put(having(where, true), typesOf(method)));
        filter.twoFactor().ifPresent(on -> conditions.put(having(where, on), secondFactors));
        filter.locked().ifPresent(on -> conditions.put(having(where, on), Set.of(FactorLock.CREDENTIAL_TYPE)));
        TypedQuery<Object[]> query = database.createQuery(
                        "select u.id, u.username, u.email, u.enabled" + USERS + where + " order by u.username",
                        Object[].class)
                .setParameter("realm", realm.getId())
                .setFirstResult(first)
                .setMaxResults(max);
        conditions.forEach(query::setParameter);
        List<Object[]> users = query.getResultList();
        Map<String, List<Credential>> credentials =
                credentialsOf(users.stream().map(user -> (String) user[0]).toList());
        return users.stream()
                .map(user -> enrolled(user, credentials.getOrDefault((String) user[0], List.of())))
                .toList();
    }

    /** @return the name of the parameter that takes the types */
    private static String having(StringBuilder where, boolean wanted) {
        String types = "types" + where.length();
        where.append(wanted ? " and exists" : " and not exists")
                .append(" (select c.id from CredentialEntity c where c.user = u and c.type in (:")
                .append(types)
                .append("))");
        return types;
    }

    private Map<String, List<Credential>> credentialsOf(List<String> users) {
        if (users.isEmpty()) {
            return Map.of();
        }
        return database.createQuery(
                        "select c.user.id, c.type, c.credentialData, c.userLabel from CredentialEntity c"
                                + " where c.user.id in (:users) and c.type in (:types)",
                        Object[].class)
                .setParameter("users", users)
                .setParameter("types", knownTypes())
                .getResultStream()
                .map(row -> new Credential((String) row[0], (String) row[1], (String) row[2], (String) row[3]))
                .collect(Collectors.groupingBy(Credential::user));
    }

    private EnrolledUser enrolled(Object[] user, List<Credential> credentials) {
        boolean enabled = credentials.stream().anyMatch(it -> secondFactors.contains(it.type()));
        List<String> methods = credentials.stream()
                .filter(it -> enabled && !it.isLock())
                .map(it -> EnrolledMethods.nameOf(it.type()))
                .distinct()
                .sorted()
                .toList();
        List<String> locked = Stream.of(FactorId.values())
                .filter(factor -> credentials.stream()
                        .anyMatch(it -> it.isLock() && FactorLock.isOf(factor, it.data(), it.label())))
                .map(FactorId::wireName)
                .toList();
        return new EnrolledUser(
                (String) user[0], (String) user[1], (String) user[2], enabled, (Boolean) user[3], methods, locked);
    }

    private record Credential(String user, String type, String data, String label) {
        boolean isLock() {
            return type.equals(FactorLock.CREDENTIAL_TYPE);
        }
    }

    private long usersWith(Set<String> types) {
        return database.createQuery("select count(distinct c.user.id)" + ROWS, Long.class)
                .setParameter("realm", realm.getId())
                .setParameter("types", types)
                .getSingleResult();
    }

    private Set<String> typesOf(String method) {
        return knownTypes().stream()
                .filter(type -> EnrolledMethods.nameOf(type).equals(method))
                .collect(Collectors.toSet());
    }

    private Set<String> knownTypes() {
        Set<String> types = new LinkedHashSet<>(secondFactors);
        types.addAll(Factors.RECOVERY_TYPES);
        types.add(FactorLock.CREDENTIAL_TYPE);
        return types;
    }
}
