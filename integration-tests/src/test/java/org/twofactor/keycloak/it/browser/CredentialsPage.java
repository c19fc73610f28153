package org.twofactor.keycloak.it.browser;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.twofactor.keycloak.it.realm.TestUser;

/** A user's credentials in Keycloak's admin console. */
final class CredentialsPage {
    private static final String SHOW = "[data-testid='showDataBtn']";
    private static final String DATA = "[data-testid='password-data-dialog'] tbody tr";

    private final Tab tab;

    private CredentialsPage(Tab tab) {
        this.tab = tab;
    }

    static CredentialsPage open(AdminConsole console, TestUser user) {
        console.open("/users/" + user.id() + "/credentials", "Show data");
        return new CredentialsPage(console.tab());
    }

    /** All of them, a line of text each. */
    List<String> lines() {
        return rows().stream().map(WebElement::getText).toList();
    }

    /** What "Show data" tells of the one of that type. */
    Map<String, String> dataOf(String type) {
        rows().stream()
                .filter(row -> row.getText().startsWith(type))
                .findFirst()
                .orElseThrow()
                .findElement(By.cssSelector(SHOW))
                .click();
        tab.await("the data", () -> tab.has(DATA));
        Map<String, String> data = tab.elements(DATA).stream()
                .map(line -> line.findElements(By.tagName("td")))
                .collect(Collectors.toMap(
                        cells -> cells.get(0).getText(), cells -> cells.get(1).getText()));
        tab.element("[role='dialog'] [aria-label='Close']").click();
        tab.await("the end of the data", () -> !tab.has(DATA));
        return data;
    }

    private List<WebElement> rows() {
        return tab.elements("tr").stream()
                .filter(row -> !row.findElements(By.cssSelector(SHOW)).isEmpty())
                .toList();
    }
}
