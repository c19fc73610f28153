package org.twofactor.keycloak.authenticator.enrolment;

import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.EmailOtpCredentialProvider;

/** The required action that enrols email OTP, for Keycloak. */
public final class EnrolEmailOtpFactory extends EnrolmentActionFactory {
    public EnrolEmailOtpFactory() {
        super(
                EmailOtpCredentialProvider.CREATE_ACTION,
                "Set up email codes",
                new EnrolFactor(FactorId.EMAIL_OTP, new EmailOtpStep()));
    }
}
