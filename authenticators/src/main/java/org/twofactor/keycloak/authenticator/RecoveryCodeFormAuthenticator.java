package org.twofactor.keycloak.authenticator;

import java.util.List;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.CredentialValidator;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.factor.RecoveryCodeCredentialProviderFactory;
import org.twofactor.keycloak.factor.RecoveryCodes;
import org.twofactor.keycloak.guard.RealmLockout;
import org.twofactor.keycloak.settings.Settings;

/**
 * Asks for a recovery code. Once few are left it says so, after the right code and before the log-in goes on.
 *
 * <p>On that page the code is spent and the step not over: an authentication note, of this step of this tab, says so.
 */
final class RecoveryCodeFormAuthenticator extends CodeFormAuthenticator
        implements CredentialValidator<CredentialProvider<?>> {
    private static final String ACCEPTED_BY = "two-factor.recovery-code-accepted-by";
    private static final String LEFT = "two-factor.recovery-codes-left";

    @Override
    FactorId id() {
        return FactorId.RECOVERY_CODE;
    }

    @Override
    Factor factor(AuthenticationFlowContext context, Factors factors) {
        return factors.recoveryCodes();
    }

    @Override
    CodePage page(AuthenticationFlowContext context) {
        return new CodePage(context, "two-factor-recovery-code-form.ftl");
    }

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        fewLeft(context).ifPresentOrElse(left -> warn(context, left), () -> super.authenticate(context));
    }

    @Override
    void posted(AuthenticationFlowContext context) {
        if (fewLeft(context).isEmpty()) {
            super.posted(context);
        } else if (new RealmLockout(context.getSession()).bars(context.getUser())) {
            new FormDoor(context, id(), page(context), () -> {}).barred();
        } else {
            ProvedFactor.succeed(context, settings(context), id());
        }
    }

    @Override
    void accepted(AuthenticationFlowContext context, Settings settings) {
        int left = factors(context).recoveryCodes().remainingByNow(context.getUser());
        if (left > RecoveryCodes.FEW) {
            ProvedFactor.succeed(context, settings, id());
            return;
        }
        context.getAuthenticationSession()
                .setAuthNote(ACCEPTED_BY, context.getExecution().getId());
        context.getAuthenticationSession().setAuthNote(LEFT, Integer.toString(left));
        warn(context, left);
    }

    private static void warn(AuthenticationFlowContext context, int left) {
        // There is nothing to try another way for.
        context.setAuthenticationSelections(List.of());
        new CodePage(context, "two-factor-recovery-codes-left.ftl")
                .with("twoFactorRecoveryCodesLeft", left)
                .show();
    }

    /** How many codes are left, where this step of this log-in has taken one and its page waits to be read. */
    private static Optional<Integer> fewLeft(AuthenticationFlowContext context) {
        return Optional.ofNullable(context.getAuthenticationSession().getAuthNote(ACCEPTED_BY))
                .filter(context.getExecution().getId()::equals)
                .map(step -> Integer.valueOf(context.getAuthenticationSession().getAuthNote(LEFT)));
    }

    @Override
    public CredentialProvider<?> getCredentialProvider(KeycloakSession session) {
        return session.getProvider(CredentialProvider.class, RecoveryCodeCredentialProviderFactory.PROVIDER_ID);
    }
}
