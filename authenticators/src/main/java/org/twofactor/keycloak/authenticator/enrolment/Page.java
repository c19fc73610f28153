package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.utils.FormMessage;
import org.twofactor.keycloak.guard.RetryAfter;

/** One of our pages in the making. {@link #show} makes it the answer. */
final class Page {
    static final String CODE = "code";

    /** The page where nothing can be done. */
    static final String NOT_AVAILABLE = "two-factor-not-available";

    /** Up to here a wait is told in seconds. */
    private static final long LONGEST_IN_SECONDS = 120;

    private static final char LEFT_TO_RIGHT_ISOLATE = '\u2066';
    private static final char POP_ISOLATE = '\u2069';

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
            with("wait", inWords(untilNext));
        }
        return this;
    }

    /** An address or a code as it is, in the middle of whatever script the page speaks. */
    static String leftToRight(String text) {
        return LEFT_TO_RIGHT_ISOLATE + text + POP_ISOLATE;
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

    /** A wait in the page's language, rounded up. */
    String inWords(Duration delay) {
        long seconds = RetryAfter.seconds(delay);
        return seconds <= LONGEST_IN_SECONDS
                ? form.getMessage("two-factor-wait-seconds", seconds)
                : form.getMessage("two-factor-wait-minutes", RetryAfter.minutes(delay));
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
                .map(parameter -> parameter instanceof Duration delay ? inWords(delay) : parameter)
                .toArray();
    }
}
