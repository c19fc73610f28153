package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.openqa.selenium.WebElement;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Keycloak's account console at "Signing in", where users see their credentials, set them up and remove them. */
final class AccountConsole {
    private static final String SHOWN = "[data-testid$='/credential-list']";

    private final Tab tab;

    private AccountConsole(Tab tab) {
        this.tab = tab;
    }

    /** Opens it without a session, and answers what comes after name and password. */
    static Tab logIn(Tab tab, TestRealm realm, TestUser user) {
        tab.go(realm.api().base() + "/account/account-security/signing-in");
        tab.await("the log-in", () -> tab.has("#username"));
        return tab.type("#username", user.username())
                .type("#password", user.password())
                .follow("#kc-login");
    }

    /** The page that is there or on its way, with all its lists. */
    static AccountConsole in(Tab tab) {
        tab.await("the account console", () -> tab.has(SHOWN));
        return new AccountConsole(tab);
    }

    /** What the console calls each type of credential. */
    List<String> titles() {
        return tab.readAll("[data-testid$='/title']");
    }

    String helpOf(String type) {
        return tab.element("[data-testid='" + type + "/help-text']").getText();
    }

    /** What the button says that sets it up. */
    String setUpOf(String type) {
        return tab.element(button(type)).getText();
    }

    /** One text for each credential of a type: its label, its date, what else is said. */
    List<String> of(String type) {
        return tab.readAll(
                list(type) + " [data-testrole='label'], " + list(type) + " [data-testrole='warning-message']");
    }

    boolean has(String type) {
        return tab.has(list(type) + " [data-testrole='label']");
    }

    /** Answers the page that sets it up. */
    Tab setUp(String type) {
        return leaving(tab.element(button(type)));
    }

    /** Answers the page that removes the only one of its type. */
    Tab remove(String type) {
        List<WebElement> buttons = tab.elements(list(type) + " [data-testrole='remove']");
        assertThat(buttons).as("credentials of type %s", type).hasSize(1);
        return leaving(buttons.get(0));
    }

    Tab tab() {
        return tab;
    }

    /** The console asks the server where to go, and goes. */
    private Tab leaving(WebElement button) {
        button.click();
        tab.await("the next page", () -> !tab.has(SHOWN) && tab.has("#kc-page-title"));
        return tab.await("all of it", () -> "complete".equals(tab.script("return document.readyState")));
    }

    private static String button(String type) {
        return "[data-testid='" + type + "/create']";
    }

    private static String list(String type) {
        return "[data-testid='" + type + "/credential-list']";
    }
}
