package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.OTPPolicy;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.OTPCredentialModel;
import org.keycloak.models.credential.dto.OTPCredentialData;
import org.keycloak.models.utils.TimeBasedOTP;
import org.keycloak.utils.CredentialHelper;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.code.TypedCode;
import org.twofactor.keycloak.factor.Verification.Barred;
import org.twofactor.keycloak.factor.Verification.Inactive;
import org.twofactor.keycloak.factor.Verification.NotAllowed;
import org.twofactor.keycloak.guard.FactorLock;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.StoreKey;

/**
 * Codes of an authenticator app, on Keycloak's own {@code otp} credential and its replay guard: what is enrolled here,
 * Keycloak's own form knows, and a code used there is spent here.
 *
 * <p>Counter-based (HOTP) credentials are left to Keycloak's form: 2FA is on for their owner, but REST can't ask for
 * them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6238#section-5.2">RFC 6238 5.2 Validation and Time-Step Size: one
 *     use</a>
 */
public final class Totp extends GuardedFactor {
    /** Those of Keycloak's OTP policies, by the names of the JCA. */
    private static final Set<String> ALGORITHMS =
            Set.of(TimeBasedOTP.HMAC_SHA1, TimeBasedOTP.HMAC_SHA256, TimeBasedOTP.HMAC_SHA512);

    /** How many apps a user may have: a phone, a spare one, and some more. */
    public static final int MOST_APPS = 5;

    private static final Logger LOG = Logger.getLogger(Totp.class);

    private final PendingTotp pending;

    public Totp(KeycloakSession session, Settings settings) {
        super(session, settings);
        this.pending = new PendingTotp(KeycloakStore.of(session), realm, settings.pendingTotpLifespan());
    }

    @Override
    public FactorId id() {
        return FactorId.TOTP;
    }

    @Override
    public boolean isActive(UserModel user) {
        return rows(user).anyMatch(row -> !isHotp(row)) || inUserStorage(user);
    }

    @Override
    public Optional<Instant> completedAt(UserModel user) {
        return rows(user)
                .filter(row -> !isHotp(row))
                .map(CredentialModel::getCreatedDate)
                .filter(created -> created != null)
                .max(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli);
    }

    /**
     * Makes a new seed of 160 random bits and keeps it, in place of any other pending one, until {@link #enable} or its
     * lifespan's end.
     *
     * @param withSecondFactor whether the caller proved one; a set-up without is void once the user has another factor
     * @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-4">RFC 4226 4, R6: 160 bits recommended</a>
     */
    public TotpSetUp setUp(UserModel user, boolean withSecondFactor, Instant now) {
        return TotpSetUp.of(session, pending.start(user, withSecondFactor, now), totpPolicy(), user);
    }

    /** The set-up that {@link #enable} could confirm, whoever began it. */
    public Optional<TotpSetUp> pending(UserModel user, boolean twoFactorOn, Instant now) {
        return pending.of(user, twoFactorOn, now).map(seed -> TotpSetUp.of(session, seed, totpPolicy(), user));
    }

    /** What becomes of the apps that a user has, once another is set up. */
    public enum Others {
        /** They die with it: a phone that is lost or given away. */
        REPLACED,
        /** They stay, as long as there are no more than {@link Totp#MOST_APPS}. */
        KEPT
    }

    /** What the user calls each app that there is, oldest first; empty text for one without a name. */
    public List<String> names(UserModel user) {
        return rows(user)
                .filter(row -> !isHotp(row))
                .map(row -> Optional.ofNullable(row.getUserLabel()).orElse(""))
                .toList();
    }

    /**
     * Whether another app may be added. Each is one more code that a guess may hit; and those of a locked factor have stood
     * as many guesses as they may, so that they go when the set-up of another lifts the lock.
     */
    public boolean hasRoom(UserModel user) {
        return names(user).size() < MOST_APPS && !FactorLock.locked(user, id());
    }

    /**
     * Confirms the set-up with a code of the new seed.
     *
     * @param deviceName what the user calls the device, to know it again in Keycloak's consoles; may be empty
     * @param others what becomes of those that the user has; without room for another they are replaced
     */
    public Verification enable(
            UserModel user, boolean twoFactorOn, Secret code, Optional<String> deviceName, Others others, Instant now) {
        if (!settings.allows(id())) {
            return new NotAllowed();
        }
        Optional<Secret> seed = pending.of(user, twoFactorOn, now);
        if (seed.isEmpty()) {
            return new Inactive();
        }
        if (barred(user)) {
            return new Barred();
        }
        return evaluate(
                user,
                guard().admitToSetUp(user, now),
                () -> generates(seed.get(), code)
                        && pending.take(user)
                        && store(user, seed.get(), code, deviceName, others));
    }

    @Override
    public boolean disable(UserModel user) {
        List<CredentialModel> rows = rows(user).filter(row -> !isHotp(row)).toList();
        rows.forEach(row -> user.credentialManager().removeStoredCredentialById(row.getId()));
        return !rows.isEmpty();
    }

    @Override
    public void abandonSetUp(UserModel user) {
        pending.take(user);
    }

    @Override
    boolean isCorrupt(UserModel user) {
        return !inUserStorage(user) && readable(user).findAny().isEmpty();
    }

    @Override
    boolean spend(UserModel user, Secret code, Instant now) {
        if (inUserStorage(user)) {
            return user.credentialManager()
                    .isValid(new UserCredentialModel(null, OTPCredentialModel.TYPE, code.reveal()));
        }
        return readable(user).toList().stream().anyMatch(credential -> isSpent(user, credential, code));
    }

    private boolean isSpent(UserModel user, OTPCredentialModel credential, Secret code) {
        boolean right = user.credentialManager()
                .isValid(new UserCredentialModel(credential.getId(), OTPCredentialModel.TYPE, code.reveal()));
        // Where the realm lets codes be reused, Keycloak does not claim them. Ours are good once all the same.
        return right && (!realm.getOTPPolicy().isCodeReusable() || claim(credential, code));
    }

    private boolean claim(OTPCredentialModel credential, Secret code) {
        long window = credential.getOTPCredentialData().getPeriod()
                * (2L * realm.getOTPPolicy().getLookAheadWindow() + 1);
        return KeycloakStore.of(session)
                .putIfAbsent(StoreKey.of("totp-used", credential.getId(), code.reveal()), Duration.ofSeconds(window));
    }

    private boolean generates(Secret seed, Secret code) {
        OTPPolicy policy = totpPolicy();
        return new TimeBasedOTP(
                        policy.getAlgorithm(), policy.getDigits(), policy.getPeriod(), policy.getLookAheadWindow())
                .validateTOTP(code.reveal(), seed.reveal().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private boolean store(UserModel user, Secret seed, Secret code, Optional<String> deviceName, Others others) {
        if (others == Others.REPLACED || !hasRoom(user)) {
            disable(user);
        }
        OTPPolicy policy = totpPolicy();
        OTPCredentialModel credential = OTPCredentialModel.createTOTP(
                seed.reveal(), policy.getDigits(), policy.getPeriod(), policy.getAlgorithm());
        deviceName.map(name -> free(user, name)).ifPresent(credential::setUserLabel);
        // This spends the code too, so that the one that enrolled does not log in as well.
        CredentialHelper.createOTPCredential(session, realm, user, code.reveal(), credential);
        return true;
    }

    /** Keycloak refuses a second credential of a name: it gets a number, so that the user still knows it. */
    private String free(UserModel user, String deviceName) {
        return IntStream.iterate(1, number -> number + 1)
                .mapToObj(number -> number == 1 ? deviceName : deviceName + " " + number)
                .filter(name -> isFree(user, name))
                .findFirst()
                .orElseThrow();
    }

    private boolean isFree(UserModel user, String deviceName) {
        return rows(user).noneMatch(row -> deviceName.equalsIgnoreCase(row.getUserLabel()));
    }

    /** The realm's policy, read as time-based even where the realm prefers counters: this factor is TOTP. */
    private OTPPolicy totpPolicy() {
        OTPPolicy policy = realm.getOTPPolicy();
        return new OTPPolicy(
                OTPCredentialModel.TOTP,
                policy.getAlgorithm(),
                policy.getInitialCounter(),
                policy.getDigits(),
                policy.getLookAheadWindow(),
                policy.getPeriod(),
                policy.isCodeReusable());
    }

    private Stream<CredentialModel> rows(UserModel user) {
        return user.credentialManager().getStoredCredentialsByTypeStream(OTPCredentialModel.TYPE);
    }

    private Stream<OTPCredentialModel> readable(UserModel user) {
        return rows(user)
                .filter(row -> !isHotp(row))
                .flatMap(row -> read(row).stream())
                .filter(Totp::isWhole);
    }

    /** A federated user's TOTP may live in the user storage, where there is no row to read. */
    private boolean inUserStorage(UserModel user) {
        return user.getFederationLink() != null
                && rows(user).findAny().isEmpty()
                && user.credentialManager().isConfiguredFor(OTPCredentialModel.TYPE);
    }

    private static boolean isHotp(CredentialModel row) {
        return read(row)
                .filter(it ->
                        OTPCredentialModel.HOTP.equals(it.getOTPCredentialData().getSubType()))
                .isPresent();
    }

    /** Whether it is one that codes can be reckoned from: Keycloak would fail, or count every code as wrong. */
    private static boolean isWhole(OTPCredentialModel credential) {
        OTPCredentialData data = credential.getOTPCredentialData();
        return OTPCredentialModel.TOTP.equals(data.getSubType())
                && ALGORITHMS.contains(String.valueOf(data.getAlgorithm()))
                && data.getPeriod() > 0
                && data.getDigits() >= TypedCode.FEWEST_TOTP_DIGITS
                && data.getDigits() <= TypedCode.MOST_TOTP_DIGITS;
    }

    private static Optional<OTPCredentialModel> read(CredentialModel row) {
        try {
            OTPCredentialModel credential = OTPCredentialModel.createFromCredentialModel(row);
            boolean there = credential.getOTPSecretData().getValue() != null
                    && credential.getOTPCredentialData().getSubType() != null
                    && credential.getDecodedSecret().length > 0;
            return there ? Optional.of(credential) : Optional.empty();
        } catch (RuntimeException e) {
            // Its message may quote the row, and with it the seed.
            LOG.warnf(
                    "TOTP credential %s can't be read (%s)",
                    row.getId(), e.getClass().getSimpleName());
            return Optional.empty();
        }
    }
}
