package org.twofactor.keycloak.rest.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.device.TrustedDevices;
import org.twofactor.keycloak.factor.EnrolledMethods;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.guard.FactorLock;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.guard.RetryAfter;
import org.twofactor.keycloak.password.PasswordCheck;

/**
 * What a support desk sees of a user.
 *
 * @param enabled whether the user has 2FA on
 * @param accountEnabled whether the account is
 * @param bruteForceLocked whether Keycloak's own detection has locked the account, which its own API unlocks
 * @param methods what the user can give or, of other second factors, has
 * @param factors each of ours by wire name, active or not: a lock and a streak may be older than the factor
 * @param password the guard of {@code /auth/login}
 * @param trustedDevices browsers that are not asked for a second factor
 */
public record UserState(
        String id,
        String username,
        boolean enabled,
        boolean accountEnabled,
        boolean bruteForceLocked,
        List<String> methods,
        Map<String, FactorState> factors,
        GuessState password,
        List<DeviceState> trustedDevices) {

    /**
     * @param completedAt absent where the factor is not active
     * @param email where mail codes go; absent for other factors
     * @param remaining unused recovery codes; absent for other factors
     * @param failures wrong guesses in a row that are remembered
     * @param retryAfter seconds until the next guess
     * @param lock absent where there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FactorState(
            boolean active,
            String completedAt,
            String email,
            Integer remaining,
            int failures,
            long retryAfter,
            LockState lock) {}

    /** @param failures that led to the lock */
    public record LockState(String since, int failures) {}

    public record GuessState(int failures, long retryAfter) {}

    public record DeviceState(String name, String trustedUntil) {}

    static UserState of(
            KeycloakSession session, Factors factors, PasswordCheck passwords, UserModel user, Instant now) {
        Map<String, FactorState> states = new LinkedHashMap<>();
        for (Factor factor : factors.all()) {
            states.put(factor.id().wireName(), of(factors, factor, user, now));
        }
        return new UserState(
                user.getId(),
                user.getUsername(),
                factors.twoFactorOn(user),
                user.isEnabled(),
                new RealmLockout(session).locks(user),
                new EnrolledMethods(factors).of(user),
                states,
                new GuessState(passwords.failures(user), RetryAfter.seconds(passwords.untilNext(user, now))),
                TrustedDevices.of(user, now).stream()
                        .map(device -> new DeviceState(device.name(), text(device.until())))
                        .toList());
    }

    private static FactorState of(Factors factors, Factor factor, UserModel user, Instant now) {
        boolean active = factor.isActive(user);
        boolean counted = active && factor == factors.recoveryCodes();
        return new FactorState(
                active,
                factor.completedAt(user).map(UserState::text).orElse(null),
                factor == factors.emailOtp() ? factors.emailOtp().address(user).orElse(null) : null,
                counted ? factors.recoveryCodes().remaining(user) : null,
                factor.failures(user),
                RetryAfter.seconds(factor.untilNextGuess(user, now)),
                FactorLock.of(user, factor.id())
                        .map(lock -> new LockState(text(lock.since()), lock.failures()))
                        .orElse(null));
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
