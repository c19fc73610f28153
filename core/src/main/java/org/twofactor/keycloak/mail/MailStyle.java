package org.twofactor.keycloak.mail;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;

/**
 * How a mail looks and which language it speaks, as far as the request decides that.
 *
 * @param theme the email theme, where it is not the realm's own
 * @param wished the language that the caller asked for by name; holds where the realm has it
 * @param fallback what the request speaks, for users who have set no language of their own
 */
public record MailStyle(Optional<String> theme, Optional<String> wished, Optional<String> fallback) {

    /** What the request says by its cookie and headers. */
    public static MailStyle of(KeycloakSession session) {
        return new MailStyle(Optional.empty(), Optional.empty(), spoken(session));
    }

    public static MailStyle of(KeycloakSession session, Optional<String> theme, Optional<String> language) {
        return new MailStyle(theme, language, spoken(session));
    }

    private static Optional<String> spoken(KeycloakSession session) {
        return Optional.ofNullable(session.getContext().resolveLocale(null)).map(locale -> locale.toLanguageTag());
    }
}
