package org.twofactor.keycloak.authenticator;

import java.time.Duration;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.utils.FormMessage;
import org.twofactor.keycloak.guard.RetryAfter;

/** A page that asks for a code, in the making: {@link #show} it as it is, or with what is wrong beside the field. */
final class CodePage {
    /** The name of its one field, and of the errors beside it. */
    static final String FIELD = "code";

    private static final long LONGEST_IN_SECONDS = 120;

    private final AuthenticationFlowContext context;
    private final LoginFormsProvider form;
    private final String template;

    CodePage(AuthenticationFlowContext context, String template) {
        this.context = context;
        this.form = context.form()
                .setAttribute("twoFactorExecution", context.getExecution().getId());
        this.template = template;
    }

    CodePage with(String attribute, Object value) {
        form.setAttribute(attribute, value);
        return this;
    }

    void show() {
        // Not a failure, whatever is wrong: the engine has counted that, and the flow would count it once more.
        context.forceChallenge(form.createForm(template));
    }

    void showMissingCode() {
        show("two-factor-error-missing-code");
    }

    void showWrongCode() {
        show("two-factor-error-wrong-code");
    }

    void showWait(Duration delay) {
        long seconds = RetryAfter.seconds(delay);
        String wait = seconds <= LONGEST_IN_SECONDS
                ? form.getMessage("two-factor-wait-seconds", seconds)
                : form.getMessage("two-factor-wait-minutes", RetryAfter.minutes(delay));
        show("two-factor-error-too-many", wait);
    }

    void showLocked() {
        show("two-factor-error-locked");
    }

    void showNotAvailable() {
        show("two-factor-error-not-available");
    }

    private void show(String message, Object... parameters) {
        form.addError(new FormMessage(FIELD, message, parameters));
        show();
    }
}
