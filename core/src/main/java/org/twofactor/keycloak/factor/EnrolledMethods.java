package org.twofactor.keycloak.factor;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;

/**
 * The second factors that a user has, by name, read from the credentials: ours by their wire names, any other by the
 * name of its credential type, such as {@code webauthn}.
 */
public final class EnrolledMethods {
    private final Factors factors;

    public EnrolledMethods(Factors factors) {
        this.factors = factors;
    }

    /** Empty for a user without 2FA, recovery codes or not: they replace a factor and are none. */
    public List<String> of(UserModel user) {
        if (!factors.twoFactorOn(user)) {
            return List.of();
        }
        List<Factor> active = factors.all().stream()
                .filter(factor -> factor.isActive(user))
                .filter(factor -> factor != factors.recoveryCodes()
                        || factors.recoveryCodes().remaining(user) > 0)
                .toList();
        return Stream.concat(active.stream().map(factor -> factor.id().wireName()), others(user, active))
                .toList();
    }

    private Stream<String> others(UserModel user, List<Factor> active) {
        Set<String> named =
                active.stream().map(factor -> factor.id().credentialType()).collect(Collectors.toSet());
        Set<String> types = factors.secondFactorTypes();
        return user.credentialManager()
                .getStoredCredentialsStream()
                .map(CredentialModel::getType)
                .filter(type -> types.contains(type) && !named.contains(type))
                .distinct()
                .sorted();
    }

    /** The name of a credential type, for whoever has nothing but the type. */
    public static String nameOf(String credentialType) {
        return FactorId.ofCredentialType(credentialType).map(FactorId::wireName).orElse(credentialType);
    }
}
