package org.twofactor.keycloak.mail;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.theme.Theme;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.settings.Settings;

/**
 * How a mail looks and which language it speaks, as far as the request decides that.
 *
 * @param theme the email theme, where it is not the realm's own
 * @param wished the language that the caller asked for by name; holds where the realm has it
 * @param fallback what the request speaks, or the realm where a request has no say, for users who have set no language of their own
 * @param server as the request reached it: where a theme finds its pictures
 */
public record MailStyle(Optional<String> theme, Optional<String> wished, Optional<String> fallback, URI server) {
    /** Characters of the name of a mail configuration that a caller may send. */
    public static final int LONGEST_ORIGIN = 256;

    /** Characters of the name of a language that a caller may send. */
    public static final int LANGUAGE = 2;

    /** What the request says by its cookie and headers. */
    public static MailStyle of(KeycloakSession session) {
        return of(session, Optional.empty(), Optional.empty());
    }

    /**
     * What a notice goes by. Whoever caused it may be an administrator, or a thief: their browser says nothing of the
     * language of whoever reads it.
     */
    public MailStyle asNotice(RealmModel realm) {
        Optional<String> spoken =
                Optional.ofNullable(realm.getDefaultLocale()).filter(locale -> realm.isInternationalizationEnabled());
        return new MailStyle(theme, Optional.empty(), spoken, server);
    }

    /**
     * As the caller asked for it.
     *
     * @param origin which of the realm's mail configurations; empty where it has none of that name, or its theme is gone
     */
    public static Optional<MailStyle> ofOrigin(
            KeycloakSession session, Settings settings, Optional<String> origin, Optional<String> language) {
        Optional<String> theme =
                origin.flatMap(settings::mailTheme).filter(session.theme().nameSet(Theme.Type.EMAIL)::contains);
        return origin.isPresent() && theme.isEmpty() ? Optional.empty() : Optional.of(of(session, theme, language));
    }

    private static MailStyle of(KeycloakSession session, Optional<String> theme, Optional<String> language) {
        return new MailStyle(
                theme, language, spoken(session), session.getContext().getUri().getBaseUri());
    }

    private static Optional<String> spoken(KeycloakSession session) {
        return KeycloakCompat.spokenLanguage(session).map(Locale::toLanguageTag);
    }
}
