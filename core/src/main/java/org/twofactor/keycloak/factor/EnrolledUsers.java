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
import org.twofactor.keycloak.settings.Settings;

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

    /** As {@link AccountEmail} has it. */
    private static final String VERIFIED =
            "(u.emailVerified = true and u.email is not null and length(trim(u.email)) > 0)";

    private final EntityManager database;
    private final RealmModel realm;
    private final Set<String> secondFactors;
    private final Set<String> readable;
    private final boolean verifiedIsFactor;

    public EnrolledUsers(KeycloakSession session, Factors factors, Settings settings) {
        this.database = session.getProvider(JpaConnectionProvider.class).getEntityManager();
        this.realm = session.getContext().getRealm();
        this.secondFactors = factors.secondFactorTypes();
        this.readable = factors.knownTypes();
        this.verifiedIsFactor = settings.emailWithoutEnrolment();
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
        String mail = FactorId.EMAIL_OTP.wireName();
        if (verifiedIsFactor) {
            byMethod.compute(mail, (name, rows) -> positive(usersWith(typesOf(mail), true)));
        }
        return new Totals(
                database.createQuery("select count(u)" + USERS, Long.class)
                        .setParameter("realm", realm.getId())
                        .getSingleResult(),
                usersWith(secondFactors, verifiedIsFactor),
                usersWith(Set.of(FactorLock.CREDENTIAL_TYPE), false),
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
        filter.method()
                .ifPresent(method -> conditions.put(
                        having(where, true, verifiedIsFactor && method.equals(FactorId.EMAIL_OTP.wireName())),
                        typesOf(method)));
        filter.twoFactor().ifPresent(on -> conditions.put(having(where, on, verifiedIsFactor), secondFactors));
        filter.locked().ifPresent(on -> conditions.put(having(where, on, false), Set.of(FactorLock.CREDENTIAL_TYPE)));
        TypedQuery<Object[]> query = database.createQuery(
                        "select u.id, u.username, u.email, u.enabled, u.emailVerified" + USERS + where
                                + " order by u.username",
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

    /**
     * @param orVerified whether a verified address of the account does as well
     * @return the name of the parameter that takes the types
     */
    private static String having(StringBuilder where, boolean wanted, boolean orVerified) {
        String types = "types" + where.length();
        where.append(wanted ? " and " : " and not ").append(condition(types, orVerified));
        return types;
    }

    private static String condition(String types, boolean orVerified) {
        String rows = "exists (select c.id from CredentialEntity c where c.user = u and c.type in (:" + types + "))";
        return orVerified ? "(" + rows + " or " + VERIFIED + ")" : rows;
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
        String email = (String) user[2];
        boolean byAddress = verifiedIsFactor && (Boolean) user[4] && email != null && !email.isBlank();
        boolean enabled = byAddress || credentials.stream().anyMatch(it -> secondFactors.contains(it.type()));
        List<String> methods = Stream.concat(
                        credentials.stream()
                                .filter(it -> enabled && !it.isLock())
                                .map(it -> EnrolledMethods.nameOf(it.type())),
                        byAddress ? Stream.of(FactorId.EMAIL_OTP.wireName()) : Stream.empty())
                .distinct()
                .sorted()
                .toList();
        List<String> locked = Stream.of(FactorId.values())
                .filter(factor -> credentials.stream()
                        .anyMatch(it -> it.isLock() && FactorLock.isOf(factor, it.data(), it.label())))
                .map(FactorId::wireName)
                .toList();
        return new EnrolledUser((String) user[0], (String) user[1], email, enabled, (Boolean) user[3], methods, locked);
    }

    private record Credential(String user, String type, String data, String label) {
        boolean isLock() {
            return type.equals(FactorLock.CREDENTIAL_TYPE);
        }
    }

    private long usersWith(Set<String> types, boolean orVerified) {
        String count = orVerified
                ? "select count(u)" + USERS + " and " + condition("types", true)
                : "select count(distinct c.user.id)" + ROWS;
        return database.createQuery(count, Long.class)
                .setParameter("realm", realm.getId())
                .setParameter("types", types)
                .getSingleResult();
    }

    private static Long positive(long users) {
        return users > 0 ? users : null;
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
