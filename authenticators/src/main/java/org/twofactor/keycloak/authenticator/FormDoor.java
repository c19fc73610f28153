package org.twofactor.keycloak.authenticator;

import java.time.Duration;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.Verification;
import org.twofactor.keycloak.guard.FactorLock;

/** What a page says to a code that was typed into it: each outcome a message, and each refusal an event. */
final class FormDoor implements Verification.Door<Void> {
    private final AuthenticationFlowContext context;
    private final FactorId factor;
    private final CodePage page;
    private final Runnable whenAccepted;
    private final RefusalReasons reasons;

    FormDoor(AuthenticationFlowContext context, FactorId factor, CodePage page, Runnable whenAccepted) {
        this.context = context;
        this.factor = factor;
        this.page = page;
        this.whenAccepted = whenAccepted;
        this.reasons = RefusalReasons.of(factor);
    }

    @Override
    public Void accepted() {
        whenAccepted.run();
        return null;
    }

    @Override
    public Void rejected() {
        return refuse(Errors.INVALID_USER_CREDENTIALS, reasons.wrong(), page::showWrongCode);
    }

    @Override
    public Void throttled(Duration delay) {
        return refuse(
                Errors.INVALID_USER_CREDENTIALS,
                reasons.tooMany(),
                FactorLock.locked(context.getUser(), factor) ? page::showLocked : () -> page.showWait(delay));
    }

    @Override
    public Void inactive() {
        return refuse(Errors.INVALID_USER_CREDENTIALS, reasons.inactive(), page::showNotAvailable);
    }

    @Override
    public Void notAllowed() {
        return refuse(Errors.INVALID_USER_CREDENTIALS, RefusalReasons.NOT_ALLOWED, page::showNotAvailable);
    }

    @Override
    public Void barred() {
        return refuse(Errors.USER_TEMPORARILY_DISABLED, RefusalReasons.BARRED, page::showNotAvailable);
    }

    @Override
    public Void corrupt() {
        return refuse(Errors.INVALID_USER_CREDENTIALS, reasons.corrupt(), page::showNotAvailable);
    }

    private Void refuse(String error, String reason, Runnable show) {
        context.getEvent()
                .user(context.getUser())
                .detail(Details.CREDENTIAL_TYPE, factor.credentialType())
                .detail(Details.REASON, reason)
                .error(error);
        show.run();
        return null;
    }
}
