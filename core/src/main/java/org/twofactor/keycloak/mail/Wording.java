package org.twofactor.keycloak.mail;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.keycloak.email.EmailException;
import org.keycloak.email.EmailTemplateProvider;
import org.keycloak.forms.login.freemarker.model.UrlBean;
import org.keycloak.locale.LocaleSelectorProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.theme.Theme;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.compat.ThemedEmailTemplates;

/**
 * Puts a letter into words, by templates and message bundle, in the language and theme that its style asks for, and
 * sends it.
 */
final class Wording {
    private static final String URL = "url";

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Letter letter;

    Wording(KeycloakSession session, Letter letter) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.letter = letter;
    }

    /** @return false where there is nobody left to write to */
    boolean send() throws EmailException {
        UserModel user = session.users().getUserById(realm, letter.userId());
        if (user == null) {
            return false;
        }
        speak(user);
        if (letter.content() instanceof Letter.Code code) {
            sendCode(user, code);
        } else if (letter.content() instanceof Letter.Link link) {
            templates()
                    .setRealm(realm)
                    .setUser(user)
                    .setAttribute(URL, urls())
                    .sendPasswordReset(link.url().reveal(), link.lifespan().toMinutes());
        } else {
            sendNotice(user, (Letter.Notice) letter.content());
        }
        return true;
    }

    private void speak(UserModel user) {
        letter.style()
                .wished()
                .flatMap(this::spokenHere)
                .or(() -> isSpokenBy(user) ? Optional.empty() : letter.style().fallback())
                .ifPresent(tag -> session.setAttribute(LocaleSelectorProvider.USER_REQUEST_LOCALE, tag));
    }

    private boolean isSpokenBy(UserModel user) {
        return Optional.ofNullable(user.getFirstAttribute(UserModel.LOCALE))
                .flatMap(this::spokenHere)
                .isPresent();
    }

    /** The realm's form of a language: that very one, or the first in the order of the alphabet. */
    private Optional<String> spokenHere(String language) {
        String wished = Locale.forLanguageTag(language).getLanguage();
        return realm.getSupportedLocalesStream()
                .filter(tag -> Locale.forLanguageTag(tag).getLanguage().equals(wished))
                .min(Comparator.comparing((String tag) -> !tag.equalsIgnoreCase(language))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private void sendCode(UserModel user, Letter.Code code) throws EmailException {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("code", code.code().reveal());
        attributes.put("minutes", code.lifespan().toMinutes());
        attributes.put("seconds", code.lifespan().toSeconds());
        String subject = code.inSubject() ? "-subject-with-code" : "-subject";
        send(user, subject, List.of(realmName(), code.code().reveal()), "two-factor-code.ftl", attributes);
    }

    private void sendNotice(UserModel user, Letter.Notice notice) throws EmailException {
        Locale locale = session.getContext().resolveLocale(user);
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("account", new Verbatim(notice.account()));
        attributes.put("when", inWords(notice.at(), locale));
        notice.client().ifPresent(it -> attributes.put("client", new Verbatim(it)));
        notice.ipAddress().ifPresent(it -> attributes.put("ipAddress", new Verbatim(it)));
        List<Object> subject = new ArrayList<>(List.of(realmName()));
        if (notice.detail().isPresent()) {
            Object detail = detail(notice.detail().get(), locale);
            attributes.put("detail", detail);
            subject.add(detail);
        }
        send(user, "-subject", subject, "two-factor-notice.ftl", attributes);
    }

    private void send(
            UserModel user,
            String subject,
            List<Object> subjectDetails,
            String template,
            Map<String, Object> attributes)
            throws EmailException {
        attributes.put("kind", letter.kind().id());
        attributes.put("realm", realmName());
        attributes.put(URL, urls());
        templates()
                .setRealm(realm)
                .setUser(user)
                .send(
                        "two-factor-mail-" + letter.kind().id() + subject,
                        subjectDetails,
                        template,
                        attributes,
                        letter.address());
    }

    private EmailTemplateProvider templates() {
        return letter.style()
                .theme()
                .<EmailTemplateProvider>map(theme -> new ThemedEmailTemplates(session, theme))
                .orElseGet(() -> session.getProvider(EmailTemplateProvider.class));
    }

    /** Keycloak's own templates have it from the request, which is over. */
    private UrlBean urls() throws EmailException {
        return new UrlBean(realm, theme(), letter.style().server(), null);
    }

    private Object detail(Object detail, Locale locale) throws EmailException {
        if (detail instanceof FactorId factor) {
            return new Verbatim(message("two-factor-" + factor.wireName() + "-display-name", locale));
        }
        if (detail instanceof Instant instant) {
            return inWords(instant, locale);
        }
        return detail instanceof String text ? new Verbatim(text) : detail;
    }

    private String message(String key, Locale locale) throws EmailException {
        try {
            return theme().getEnhancedMessages(realm, locale).getProperty(key, key);
        } catch (IOException e) {
            throw new EmailException("the email theme can't be read", e);
        }
    }

    private Theme theme() throws EmailException {
        try {
            return letter.style().theme().isPresent()
                    ? session.theme().getTheme(letter.style().theme().get(), Theme.Type.EMAIL)
                    : session.theme().getTheme(Theme.Type.EMAIL);
        } catch (IOException e) {
            throw new EmailException("the email theme can't be read", e);
        }
    }

    private Verbatim realmName() {
        String displayName = realm.getDisplayName();
        return new Verbatim(displayName == null || displayName.isBlank() ? realm.getName() : displayName);
    }

    private static String inWords(Instant instant, Locale locale) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                        .withLocale(locale)
                        .format(instant.atOffset(ZoneOffset.UTC))
                + " UTC";
    }
}
