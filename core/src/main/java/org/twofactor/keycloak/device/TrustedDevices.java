package org.twofactor.keycloak.device;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.keycloak.common.util.SecretGenerator;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.models.credential.RecoveryAuthnCodesCredentialModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.KeyedHash;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.guard.FactorLock;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.password.PasswordAge;
import org.twofactor.keycloak.settings.Settings;

/**
 * Browsers that a user has told us not to ask again for some time. Such a browser holds a ticket: a random secret,
 * signed for realm and user, of which only the hash is stored, in a credential that user and admin see and can delete.
 *
 * <p>It is trusted as long as nothing has changed: another password, and a second factor that came, went or was replaced,
 * end it. Nothing else of a request counts, be it an address or a header.
 */
public final class TrustedDevices {
    public static final String CREDENTIAL_TYPE = "two-factor-trusted-device";

    private static final String DOMAIN = "two-factor trusted device";
    private static final String SEPARATOR = ".";
    private static final int PARTS = 4;
    private static final int SECRET_BYTES = 32;

    /** The oldest goes when there are more. */
    private static final int MOST = 10;

    /** Everything else that is stored of a user is a factor: ours, Keycloak's, another extension's. */
    private static final Set<String> NO_FACTORS = Set.of(
            PasswordCredentialModel.TYPE,
            PasswordCredentialModel.PASSWORD_HISTORY,
            CREDENTIAL_TYPE,
            FactorLock.CREDENTIAL_TYPE,
            FactorId.RECOVERY_CODE.credentialType(),
            RecoveryAuthnCodesCredentialModel.TYPE);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;

    public TrustedDevices(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
    }

    /**
     * Trusts the browser that gets the ticket, from now on.
     *
     * @param name how the user may know it again
     * @return the ticket, for a cookie
     */
    public Secret trust(UserModel user, String name, Duration lifespan, Instant now) {
        forgetOld(user, now);
        Secret secret = Secret.of(SecretGenerator.getInstance()
                .generateBase64SecureId(SECRET_BYTES)
                .replace("=", "")
                .replace(SEPARATOR, ""));
        Instant until = now.plus(lifespan);
        CredentialModel row = new TrustedDevice(
                        name, until, PasswordAge.setAt(user).toEpochMilli(), factors(user), secret.digest())
                .asRow(now);
        String id = user.credentialManager().createStoredCredential(row).getId();
        new Notices(session, settings).deviceTrusted(user, until, now);
        RealmKey key = RealmKey.active(session);
        return Secret.of(String.join(SEPARATOR, id, secret.reveal(), key.id(), signature(key, user, id, secret)));
    }

    /** Whether the ticket is a living one of this user. */
    public boolean isTrusted(UserModel user, Secret ticket, Instant now) {
        String[] parts = ticket.reveal().split("\\.", -1);
        if (parts.length != PARTS) {
            return false;
        }
        Secret secret = Secret.of(parts[1]);
        boolean signed = RealmKey.ofId(session, parts[2])
                .filter(key -> KeyedHash.matches(signature(key, user, parts[0], secret), parts[3]))
                .isPresent();
        return signed
                && Optional.ofNullable(user.credentialManager().getStoredCredentialById(parts[0]))
                        .filter(row -> CREDENTIAL_TYPE.equals(row.getType()))
                        .flatMap(TrustedDevice::of)
                        .filter(device ->
                                isLiving(device, user, now) && KeyedHash.matches(secret.digest(), device.secretHash()))
                        .isPresent();
    }

    /**
     * A browser that is trusted.
     *
     * @param name how the user may know it again
     */
    public record Trusted(String name, Instant until) {}

    /** Those of the user that are trusted now. */
    public static List<Trusted> of(UserModel user, Instant now) {
        return rows(user).stream()
                .flatMap(row -> TrustedDevice.of(row).stream())
                .filter(device -> isLiving(device, user, now))
                .map(device -> new Trusted(device.name(), device.until()))
                .toList();
    }

    private static boolean isLiving(TrustedDevice device, UserModel user, Instant now) {
        return now.isBefore(device.until())
                && device.passwordSetAt() == PasswordAge.setAt(user).toEpochMilli()
                && device.factors().equals(factors(user));
    }

    /** Trusts no browser of the user any more. */
    public static void forgetAll(UserModel user) {
        rows(user).forEach(row -> user.credentialManager().removeStoredCredentialById(row.getId()));
    }

    private void forgetOld(UserModel user, Instant now) {
        List<CredentialModel> newestFirst = rows(user).stream()
                .sorted(Comparator.comparing(CredentialModel::getCreatedDate).reversed())
                .toList();
        for (int i = 0; i < newestFirst.size(); i++) {
            CredentialModel row = newestFirst.get(i);
            boolean over = TrustedDevice.of(row)
                    .filter(device -> now.isBefore(device.until()))
                    .isEmpty();
            if (over || i >= MOST - 1) {
                user.credentialManager().removeStoredCredentialById(row.getId());
            }
        }
    }

    /** Other factors than these would be another answer to who it is that trusts the browser. */
    private static String factors(UserModel user) {
        return Secret.of(user.credentialManager()
                        .getStoredCredentialsStream()
                        .filter(row -> !NO_FACTORS.contains(row.getType()))
                        .map(CredentialModel::getId)
                        .sorted()
                        .collect(Collectors.joining(" ")))
                .digest();
    }

    private String signature(RealmKey key, UserModel user, String id, Secret secret) {
        return KeyedHash.of(key.key(), DOMAIN, realm.getId(), user.getId(), id, secret.reveal());
    }

    private static List<CredentialModel> rows(UserModel user) {
        return user.credentialManager()
                .getStoredCredentialsByTypeStream(CREDENTIAL_TYPE)
                .toList();
    }
}
