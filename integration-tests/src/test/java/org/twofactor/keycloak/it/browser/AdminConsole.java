package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;
import org.openqa.selenium.WebElement;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * Keycloak's admin console at one realm. It is one document that scripts fill: each step here waits for what it leads to.
 */
final class AdminConsole {
    private static final String ALERT = ".pf-v5-c-alert__action button";

    private final Tab tab;
    private final String base;

    private AdminConsole(Tab tab, String base) {
        this.tab = tab;
        this.base = base;
    }

    /** Logs in somebody who administers this realm and no other. */
    static AdminConsole of(TestRealm realm, KeycloakServer server, Tab tab) {
        TestUser administrator = administrator(realm);
        String base = server.url() + "/admin/" + realm.name() + "/console/#/" + realm.name();
        tab.go(base).await("the login page", () -> tab.has("#username"));
        tab.type("#username", administrator.username())
                .type("#password", administrator.password())
                .follow("#kc-login");
        return new AdminConsole(tab, base);
    }

    private static TestUser administrator(TestRealm realm) {
        TestUser user = realm.newUser(it -> it.setUsername("administrator"));
        ClientRepresentation rights =
                realm.admin().clients().findByClientId("realm-management").get(0);
        RoleRepresentation all = realm.admin()
                .clients()
                .get(rights.getId())
                .roles()
                .get("realm-admin")
                .toRepresentation();
        realm.user(user).roles().clientLevel(rights.getId()).add(List.of(all));
        return user;
    }

    /** Opens the page at that path, and waits until it says what it must. */
    AdminConsole open(String path, String says) {
        tab.go(base + path);
        return awaitText(says);
    }

    AdminConsole awaitText(String says) {
        tab.await("\"" + says + "\"", () -> tab.text().contains(says));
        return this;
    }

    /** Types into a field as soon as it is there. */
    AdminConsole type(String css, String text) {
        tab.await(css, () -> tab.has(css));
        tab.type(css, text);
        return this;
    }

    /** Clicks on the one element that matches, as soon as it is there. */
    AdminConsole click(String css) {
        tab.await(css, () -> tab.has(css));
        // Away from the edge, where the head of the page would lie over it.
        tab.script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", css);
        tab.element(css).click();
        return this;
    }

    /** Opens the page of a flow. */
    FlowPage flow(String name) {
        open("/authentication/flows", name).clickText("td a", name);
        return FlowPage.in(this, name);
    }

    /** Takes away what it says of the last things that were done, which lies over the rest. */
    AdminConsole closeAlerts() {
        tab.await("no alert any more", () -> {
            tab.elements(ALERT).stream().findFirst().ifPresent(WebElement::click);
            return !tab.has(ALERT);
        });
        return this;
    }

    /** Waits until a dialog is there, and the mouse's business with what lies under it is over. */
    AdminConsole awaitDialog(String title) {
        tab.await(
                "the dialog \"" + title + "\"",
                () -> tab.read("[role=dialog]").orElse("").contains(title));
        return this;
    }

    AdminConsole awaitNoDialog() {
        tab.await("the end of the dialog", () -> !tab.has("[role=dialog]"));
        return this;
    }

    /** Clicks on the button or link that says exactly that. */
    AdminConsole clickText(String css, String says) {
        tab.await("\"" + says + "\" to click on", () -> !saying(css, says).isEmpty());
        List<WebElement> found = saying(css, says);
        assertThat(found).as(says).isNotEmpty();
        found.get(0).click();
        return this;
    }

    private List<WebElement> saying(String css, String says) {
        return tab.elements(css).stream()
                .filter(element -> element.getText().equals(says))
                .toList();
    }

    Tab tab() {
        return tab;
    }
}
