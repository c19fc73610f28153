package org.twofactor.keycloak.it.browser;

import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** A dialog of settings in Keycloak's admin console, which the gear in a line of a list opens. */
final class SettingsDialog {
    private static final String GEAR = "[aria-label='Settings']";
    private static final String DIALOG = "[role='dialog'].pf-v5-c-modal-box";
    private static final String POPOVER = ".pf-v5-c-popover__body";
    private static final String ALERT = "[data-testid='last-alert'] .pf-v5-c-alert__title";

    private final AdminConsole console;
    private final Tab tab;

    private SettingsDialog(AdminConsole console) {
        this.console = console;
        this.tab = console.tab();
    }

    /** Clicks on the one gear in the line with that text. */
    static SettingsDialog open(AdminConsole console, String line) {
        Tab tab = console.tab();
        tab.await("the gear of " + line, () -> gears(tab, line).size() == 1);
        gears(tab, line).get(0).click();
        tab.await("the dialog of " + line, () -> tab.has(DIALOG + " form label"));
        return new SettingsDialog(console);
    }

    private static List<WebElement> gears(Tab tab, String text) {
        return tab.elements("tr").stream()
                .filter(line -> line.getText().contains(text))
                .flatMap(line -> line.findElements(By.cssSelector(GEAR)).stream())
                .toList();
    }

    List<String> labels() {
        return tab.readAll(DIALOG + " form label .pf-v5-c-form__label-text");
    }

    /** What the question mark beside a field says. */
    String help(String field) {
        String button = "[data-testid='help-label-" + field + "']";
        tab.element(button).click();
        // It fades in.
        tab.await(
                "the help on " + field,
                () -> tab.read(POPOVER).filter(text -> !text.isEmpty()).isPresent());
        String text = tab.element(POPOVER).getText();
        tab.element(button).click();
        tab.await("the end of the help", () -> !tab.has(POPOVER));
        return text;
    }

    SettingsDialog type(String field, String value) {
        tab.type(DIALOG + " input[data-testid='" + field + "']", value);
        return this;
    }

    /** Saves, and answers what the console says to that. */
    String save() {
        tab.element(DIALOG + " [data-testid='save']").click();
        tab.await("an answer", () -> tab.has(ALERT));
        String answer = tab.element(ALERT).getText();
        console.closeAlerts();
        return answer;
    }

    boolean isOpen() {
        return tab.has(DIALOG);
    }

    void close() {
        tab.element(DIALOG + " [aria-label='Close']").click();
        tab.await("the end of the dialog", () -> !isOpen());
    }
}
