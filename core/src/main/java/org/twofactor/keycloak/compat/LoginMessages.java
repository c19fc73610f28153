package org.twofactor.keycloak.compat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Properties;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.theme.TemplatingUtil;
import org.keycloak.theme.Theme;

/** What Keycloak's pages would say, for those who have no page: the realm's rules in their own words. */
public final class LoginMessages {

    private LoginMessages() {}

    /** @param key of Keycloak's message bundle of the login pages; its own text where there is no such key */
    public static String text(KeycloakSession session, UserModel user, String key, Object... parameters) {
        Locale locale = session.getContext().resolveLocale(user);
        Properties messages = messages(session, locale);
        Object[] known = parameters == null ? new Object[0] : parameters.clone();
        for (int i = 0; i < known.length; i++) {
            known[i] = known[i] instanceof String text ? unwrapped(messages, text) : known[i];
        }
        return new MessageFormat(messages.getProperty(key, key), locale).format(known);
    }

    /** The text with its <code>${key}</code>s replaced, as Keycloak's pages show the name of a realm. */
    public static String resolved(KeycloakSession session, UserModel user, String text) {
        return text.contains("${")
                ? TemplatingUtil.resolveVariables(
                        text, messages(session, session.getContext().resolveLocale(user)))
                : text;
    }

    private static Properties messages(KeycloakSession session, Locale locale) {
        try {
            return session.theme()
                    .getTheme(Theme.Type.LOGIN)
                    .getEnhancedMessages(session.getContext().getRealm(), locale);
        } catch (IOException e) {
            throw new UncheckedIOException("the login theme can't be read", e);
        }
    }

    /** A parameter may be a message key itself, written <code>${key}</code>. */
    private static String unwrapped(Properties messages, String parameter) {
        boolean isKey = parameter.startsWith("${") && parameter.endsWith("}");
        String key = isKey ? parameter.substring(2, parameter.length() - 1) : parameter;
        return isKey ? messages.getProperty(key, key) : parameter;
    }
}
