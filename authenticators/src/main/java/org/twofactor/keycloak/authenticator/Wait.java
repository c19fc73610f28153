package org.twofactor.keycloak.authenticator;

import java.time.Duration;
import org.keycloak.forms.login.LoginFormsProvider;
import org.twofactor.keycloak.guard.RetryAfter;

/** A wait as a page says it. */
public final class Wait {
    private static final long LONGEST_IN_SECONDS = 120;

    private Wait() {}

    /** In the language of the page, rounded up: in seconds as long as somebody may sit it out, then in minutes. */
    public static String inWords(Duration wait, LoginFormsProvider form) {
        long seconds = RetryAfter.seconds(wait);
        return seconds <= LONGEST_IN_SECONDS
                ? form.getMessage("two-factor-wait-seconds", seconds)
                : form.getMessage("two-factor-wait-minutes", RetryAfter.minutes(wait));
    }
}
