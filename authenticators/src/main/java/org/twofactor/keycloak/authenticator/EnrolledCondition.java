package org.twofactor.keycloak.authenticator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.EnrolledMethods;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * Whether the user has a second factor: any at all, Keycloak's and security keys included, or one of those that are
 * listed. It looks at the credentials; the user attribute {@code twoFactorMethods} is not asked.
 */
final class EnrolledCondition extends Condition {
    static final String FACTORS = "factors";

    @Override
    List<String> ownComplaints(KeycloakSession session, RealmModel realm, Map<String, String> config) {
        List<String> wanted = ConfigList.of(config, FACTORS);
        if (wanted.isEmpty()) {
            return List.of();
        }
        Set<String> known = new TreeSet<>(factors(session, realm).secondFactorTypes());
        Stream.of(FactorId.values()).forEach(factor -> known.add(factor.wireName()));
        List<String> complaints = new ArrayList<>();
        wanted.stream()
                .filter(factor -> !known.contains(factor))
                .forEach(factor -> complaints.add("Second factors (factors): write one or more of %s, not '%s'"
                        .formatted(String.join(", ", known), factor)));
        return complaints;
    }

    @Override
    boolean holds(AuthenticationFlowContext context, Map<String, String> config) {
        Factors factors = factors(context.getSession(), context.getRealm());
        List<String> wanted = ConfigList.of(config, FACTORS);
        return wanted.isEmpty()
                ? factors.twoFactorOn(context.getUser())
                : !Collections.disjoint(wanted, new EnrolledMethods(factors).of(context.getUser()))
                        || isHeld(context.getUser(), wanted);
    }

    /** What is held and can’t be asked for keeps the door shut: a counter-based app, say, where TOTP is listed. */
    private static boolean isHeld(UserModel user, List<String> wanted) {
        return user.credentialManager()
                .getStoredCredentialsStream()
                .map(row -> EnrolledMethods.nameOf(row.getType()))
                .filter(name -> !name.equals(FactorId.RECOVERY_CODE.wireName()))
                .anyMatch(wanted::contains);
    }

    private static Factors factors(KeycloakSession session, RealmModel realm) {
        return new Factors(session, RealmSettings.of(session, realm));
    }
}
