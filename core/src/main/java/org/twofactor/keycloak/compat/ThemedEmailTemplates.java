package org.twofactor.keycloak.compat;

import java.io.IOException;
import org.keycloak.email.freemarker.FreeMarkerEmailTemplateProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.theme.Theme;

/** Keycloak's email templates of another theme than the realm's. */
public final class ThemedEmailTemplates extends FreeMarkerEmailTemplateProvider {
    private final String themeName;

    public ThemedEmailTemplates(KeycloakSession session, String themeName) {
        super(session);
        this.themeName = themeName;
    }

    @Override
    protected Theme getTheme() throws IOException {
        return session.theme().getTheme(themeName, Theme.Type.EMAIL);
    }
}
