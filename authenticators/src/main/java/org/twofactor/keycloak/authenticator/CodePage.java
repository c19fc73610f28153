package org.twofactor.keycloak.authenticator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.common.util.Time;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.utils.FormMessage;
import org.twofactor.keycloak.guard.RetryAfter;

/** A page that asks for a code, in the making: {@link #show} it as it is, or with what is wrong beside the field. */
final class CodePage {
    /** The name of its one field, and of the errors beside it. */
    static final String FIELD = "code";

    private final AuthenticationFlowContext context;
    private final LoginFormsProvider form;
    private final String template;
    private String wrongCode = "two-factor-error-wrong-code";

    CodePage(AuthenticationFlowContext context, String template) {
        this.context = context;
        this.form = context.form()
                .setAttribute("twoFactorExecution", context.getExecution().getId());
        this.template = template;
        DeviceCondition.offer(context).ifPresent(lifespan -> form.setAttribute("twoFactorTrustUntil", until(lifespan)));
    }

    private String until(Duration lifespan) {
        Locale locale = context.getSession().getContext().resolveLocale(context.getUser());
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(locale)
                .format(Instant.ofEpochMilli(Time.currentTimeMillis())
                        .plus(lifespan)
                        .atZone(ZoneOffset.UTC));
    }

    CodePage with(String attribute, Object value) {
        form.setAttribute(attribute, value);
        return this;
    }

    /** What it says to a wrong code, where that is not the usual. */
    CodePage wrongCode(String message) {
        wrongCode = message;
        return this;
    }

    /** A wait in words, and in seconds for a script that counts it down. */
    CodePage withWait(String attribute, Duration delay) {
        return with(attribute, Wait.inWords(delay, form)).with(attribute + "Seconds", RetryAfter.seconds(delay));
    }

    void show() {
        // Not a failure, whatever is wrong: the engine has counted that, and the flow would count it once more.
        context.forceChallenge(form.createForm(template));
    }

    void showMissingCode() {
        show("two-factor-error-missing-code");
    }

    void showWrongCode() {
        show(wrongCode);
    }

    void showWait(Duration delay) {
        show("two-factor-error-too-many", Wait.inWords(delay, form));
    }

    void showTooManyMails(Duration delay) {
        show("two-factor-email-otp-form-too-many-mails", Wait.inWords(delay, form));
    }

    void showNotSent() {
        show("two-factor-email-otp-form-not-sent");
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
