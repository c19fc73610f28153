package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.utils.FormMessage;
import org.twofactor.keycloak.authenticator.Wait;
import org.twofactor.keycloak.guard.RetryAfter;

/** One of our pages in the making. {@link #show} makes it the answer. */
final class Page {
    static final String CODE = "code";

    /** The page where nothing can be done. */
    static final String NOT_AVAILABLE = "two-factor-not-available";

    private final Visit visit;
    private final String name;
    private final LoginFormsProvider form;
    private final Map<String, Object> model = new HashMap<>();
    private boolean wrong;

    /** @param name of its template, without the ending */
    Page(Visit visit, String name) {
        this.visit = visit;
        this.name = name;
        this.form = visit.context().form();
        model.put("page", name);
        model.put("canChoose", visit.isChoiceOffered());
    }

    /** Hands something to the template, which finds it under {@code twoFactor}. */
    Page with(String key, Object value) {
        model.put(key, value);
        return this;
    }

    /**
     * A page that waits for a code from the mailbox.
     *
     * @param address as it may be shown
     * @param untilNext how long the next mail has to wait
     */
    Page mailed(String address, Duration untilNext) {
        with("address", address);
        if (!untilNext.isZero()) {
            with("waitSeconds", RetryAfter.seconds(untilNext));
            with("wait", Wait.inWords(untilNext, form));
        }
        return this;
    }

    /** Says what is wrong, beside the field. */
    Page wrong(String field, Message message) {
        wrong = true;
        form.addError(new FormMessage(field, message.key(), parameters(message)));
        return this;
    }

    /** Says what is wrong above everything. */
    Page wrong(Message message) {
        wrong = true;
        form.setError(message.key(), parameters(message));
        return this;
    }

    String text(Message message) {
        return form.getMessage(message.key(), parameters(message));
    }

    void show() {
        visit.word().filter(word -> !wrong).ifPresent(word -> form.setInfo(word.key(), parameters(word)));
        form.setAttribute("twoFactor", model);
        visit.context().challenge(form.createForm(name + ".ftl"));
    }

    private Object[] parameters(Message message) {
        return message.parameters().stream()
                .map(parameter -> parameter instanceof Duration delay ? Wait.inWords(delay, form) : parameter)
                .toArray();
    }
}
