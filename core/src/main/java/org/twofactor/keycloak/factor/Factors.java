package org.twofactor.keycloak.factor;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.OTPCredentialModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.guard.FactorLock;
import org.twofactor.keycloak.settings.Settings;

/** The factors of the realm in whose session it was made, and whether a user has 2FA on. */
public final class Factors {
    /** They replace a second factor for a day, and are none themselves: ours and Keycloak's own. */
    static final Set<String> RECOVERY_TYPES = Set.of(RecoveryCodeCredential.TYPE, "recovery-authn-codes");

    private final KeycloakSession session;
    private final Settings settings;
    private final Totp totp;
    private final EmailOtp emailOtp;
    private final RecoveryCodes recoveryCodes;

    public Factors(KeycloakSession session, Settings settings) {
        this.session = session;
        this.settings = settings;
        this.totp = new Totp(session, settings);
        this.emailOtp = new EmailOtp(session, settings);
        this.recoveryCodes = new RecoveryCodes(session, settings);
    }

    public Totp totp() {
        return totp;
    }

    public EmailOtp emailOtp() {
        return emailOtp;
    }

    public RecoveryCodes recoveryCodes() {
        return recoveryCodes;
    }

    /** All that there are, in the order in which a client should offer them. */
    public List<Factor> all() {
        return List.of(totp, emailOtp, recoveryCodes);
    }

    public Factor of(FactorId id) {
        return switch (id) {
            case TOTP -> totp;
            case EMAIL_OTP -> emailOtp;
            case RECOVERY_CODE -> recoveryCodes;
        };
    }

    /**
     * Whether the user has any second factor, wherever it was enrolled: ours, Keycloak's, another extension's, a
     * security key. One that we can't ask for still keeps the door shut. So does an address of the account that the realm
     * takes without a set-up.
     */
    public boolean twoFactorOn(UserModel user) {
        Set<String> types = secondFactorTypes();
        return user.credentialManager()
                        .getStoredCredentialsStream()
                        .map(CredentialModel::getType)
                        .anyMatch(types::contains)
                || user.credentialManager().isConfiguredFor(OTPCredentialModel.TYPE)
                || emailOtp.isWithoutEnrolment(user);
    }

    /** The factors that the user can be asked for, in the order in which a client should offer them; perhaps none. */
    public List<FactorId> usable(UserModel user) {
        return all().stream()
                .filter(factor -> settings.allows(factor.id()) && factor.isActive(user))
                .filter(factor -> factor != recoveryCodes || recoveryCodes.remaining(user) > 0)
                .map(Factor::id)
                .toList();
    }

    /**
     * The factors that a browser's pages ask the user for: the usable ones. Where 2FA is on and none is usable, whatever
     * of ours the user holds, asked for in vain: its page keeps the door shut.
     */
    public List<FactorId> asked(UserModel user) {
        if (!twoFactorOn(user)) {
            return List.of();
        }
        List<FactorId> usable = usable(user);
        return usable.isEmpty() ? held(user) : usable;
    }

    private static List<FactorId> held(UserModel user) {
        Set<String> types = user.credentialManager()
                .getStoredCredentialsStream()
                .map(CredentialModel::getType)
                .collect(Collectors.toSet());
        return Stream.of(FactorId.values())
                .filter(factor -> types.contains(factor.credentialType())
                        || user.credentialManager().isConfiguredFor(factor.credentialType()))
                .toList();
    }

    /** The credential types that are second factors, ours or not; recovery codes are none. */
    public Set<String> secondFactorTypes() {
        CredentialTypeMetadataContext context =
                CredentialTypeMetadataContext.builder().build(session);
        Set<String> types = installed()
                .filter(provider -> provider.getCredentialTypeMetadata(context).getCategory()
                        == CredentialTypeMetadata.Category.TWO_FACTOR)
                .map(CredentialProvider::getType)
                .filter(type -> !RECOVERY_TYPES.contains(type))
                .collect(Collectors.toSet());
        types.add(OTPCredentialModel.TYPE);
        types.add(FactorId.EMAIL_OTP.credentialType());
        return types;
    }

    /** The credential types that something reads: of other rows nobody can say what they were for. */
    public Set<String> knownTypes() {
        Set<String> types = installed().map(CredentialProvider::getType).collect(Collectors.toSet());
        // Rows without a provider of their own.
        types.addAll(Set.of(FactorLock.CREDENTIAL_TYPE, PasswordCredentialModel.PASSWORD_HISTORY));
        return types;
    }

    private Stream<CredentialProvider<?>> installed() {
        return session.getKeycloakSessionFactory()
                .getProviderFactoriesStream(CredentialProvider.class)
                .map(factory -> (CredentialProvider<?>) session.getProvider(CredentialProvider.class, factory.getId()));
    }
}
