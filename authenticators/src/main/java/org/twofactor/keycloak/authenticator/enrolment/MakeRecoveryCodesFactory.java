package org.twofactor.keycloak.authenticator.enrolment;

import org.twofactor.keycloak.factor.RecoveryCodeCredentialProvider;

/** {@link MakeRecoveryCodes} for Keycloak. */
public final class MakeRecoveryCodesFactory extends EnrolmentActionFactory {
    public MakeRecoveryCodesFactory() {
        super(RecoveryCodeCredentialProvider.CREATE_ACTION, "Make new recovery codes", new MakeRecoveryCodes());
    }
}
