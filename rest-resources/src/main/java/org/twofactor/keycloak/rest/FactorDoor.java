package org.twofactor.keycloak.rest;

import java.time.Duration;
import java.util.function.Supplier;
import org.twofactor.keycloak.factor.Verification;

/** What REST says to a verification: the one place where an outcome becomes a status. */
record FactorDoor(FactorErrors errors, Supplier<Answer> whenAccepted) implements Verification.Door<Answer> {

    /** The codes that the contract has for one factor. */
    record FactorErrors(RestError inactive, RestError wrong, RestError tooMany, RestError corrupt) {
        static final FactorErrors TOTP = new FactorErrors(
                RestError.TOTP_UNINITIALIZED,
                RestError.TOTP_INVALID,
                RestError.TOO_MANY_TOTP_CHECKS,
                RestError.TOTP_CORRUPT);
        static final FactorErrors EMAIL_OTP = ofEmailOtp(RestError.EMAIL_OTP_INACTIVE);
        static final FactorErrors EMAIL_OTP_ENABLE = ofEmailOtp(RestError.EMAIL_OTP_UNINITIALIZED);
        static final FactorErrors RECOVERY_CODE = new FactorErrors(
                RestError.RECOVERY_CODES_UNINITIALIZED,
                RestError.RECOVERY_CODE_INVALID,
                RestError.TOO_MANY_RECOVERY_CODE_CHECKS,
                RestError.INTERNAL_ERROR);

        private static FactorErrors ofEmailOtp(RestError inactive) {
            return new FactorErrors(
                    inactive, RestError.OTP_INVALID_EXPIRED, RestError.TOO_MANY_OTP_CHECKS, RestError.INTERNAL_ERROR);
        }
    }

    @Override
    public Answer accepted() {
        return whenAccepted.get();
    }

    @Override
    public Answer rejected() {
        return Answer.refusal(errors.wrong());
    }

    @Override
    public Answer throttled(Duration delay) {
        return Answer.tooMany(errors.tooMany(), delay);
    }

    @Override
    public Answer inactive() {
        return Answer.refusal(errors.inactive());
    }

    @Override
    public Answer notAllowed() {
        return Answer.refusal(RestError.FACTOR_NOT_ALLOWED);
    }

    @Override
    public Answer barred() {
        return Answer.refusal(RestError.INVALID_TOKEN);
    }

    @Override
    public Answer corrupt() {
        return Answer.refusal(errors.corrupt());
    }
}
