package org.twofactor.keycloak.it.browser;

import java.util.List;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page of the admin console on which a flow is put together: each method is what an administrator clicks. */
final class FlowPage {
    private final AdminConsole console;
    private final Tab tab;

    private FlowPage(AdminConsole console) {
        this.console = console;
        this.tab = console.tab();
    }

    /** The page of that flow, as soon as its steps are there. */
    static FlowPage in(AdminConsole console, String flow) {
        console.tab()
                .await(
                        "the flow " + flow,
                        () -> console.tab().read("h1").orElse("").equals(flow));
        console.tab().await("its steps", () -> console.tab().has("tbody div[data-testid]"));
        return new FlowPage(console);
    }

    /** Action → Duplicate, and then the page of the copy. */
    FlowPage duplicate(String name) {
        console.click("[data-testid=action-dropdown]")
                .clickText("[role=menuitem]", "Duplicate")
                .awaitDialog("Duplicate flow");
        console.type("[data-testid=alias]", name)
                .click("[data-testid=confirm]")
                .awaitText("Flow successfully duplicated");
        return console.closeAlerts().flow(name);
    }

    FlowPage delete(String step) {
        console.click("[data-testid='" + step + "-delete']")
                .awaitDialog("Delete flow")
                .click("[data-testid=confirm]")
                .awaitNoDialog();
        tab.await("the end of " + step, () -> !tab.has(line(step)));
        console.closeAlerts();
        return this;
    }

    FlowPage addSubflow(String parent, String name) {
        menu(parent, "Add sub-flow").awaitDialog("Add sub-flow to " + parent);
        console.type("[data-testid=name]", name);
        return add(name);
    }

    /** @param kind "condition" or "execution", as its menu has it */
    FlowPage addStep(String parent, String kind, String name) {
        return chooseStep(parent, kind, name).add(name);
    }

    /** As {@link #addStep}, up to the last click. */
    FlowPage chooseStep(String parent, String kind, String name) {
        menu(parent, "Add " + kind).awaitDialog("Add " + kind + " to " + parent);
        return choose(name);
    }

    /** The same for the flow itself, which has a button of its own. */
    FlowPage addStep(String name) {
        console.click("[data-testid=addStep]").awaitDialog("Add execution to");
        return choose(name).add(name);
    }

    private FlowPage choose(String name) {
        tab.await("steps to choose from", () -> tab.has("[role=dialog] input[type=radio]"));
        // Nothing else than keys: to be emptied, even of nothing, is a search of its own for this field.
        tab.element("[role=dialog] [data-testid=table-search-input] input").sendKeys(name, Keys.ENTER);
        console.clickText("[role=dialog] label", name);
        return this;
    }

    /** The last click of a dialog that adds something. */
    FlowPage add(String name) {
        int before = tab.elements(line(name)).size();
        console.click("[role=dialog] [data-testid=modal-add]").awaitNoDialog();
        tab.await(name, () -> tab.elements(line(name)).size() > before);
        console.closeAlerts();
        return this;
    }

    /** Of several steps of that name, the last. */
    FlowPage require(String step, String requirement) {
        requirementOf(step).click();
        console.clickText("[role=option]", requirement);
        tab.await(
                step + " to be " + requirement,
                () -> requirementOf(step).getText().equals(requirement));
        console.closeAlerts();
        return this;
    }

    private WebElement requirementOf(String step) {
        List<WebElement> found =
                tab.elements("tr:has(" + line(step) + ") .keycloak__authentication__requirement-dropdown");
        return found.get(found.size() - 1);
    }

    /** Action → Bind flow, up to the last click. */
    FlowPage chooseBinding(String use) {
        console.click("[data-testid=action-dropdown]")
                .clickText("[role=menuitem]", "Bind flow")
                .awaitDialog("Bind flow");
        if (!tab.read("[role=dialog]").orElse("").contains(use)) {
            console.click("[role=dialog] .pf-v5-c-menu-toggle").clickText("[role=option]", use);
        }
        return this;
    }

    FlowPage bind() {
        console.click("[role=dialog] [data-testid=save]").awaitNoDialog();
        return this;
    }

    private AdminConsole menu(String subflow, String item) {
        return console.click("[data-testid='" + subflow + "-edit-dropdown']").clickText("[role=menuitem]", item);
    }

    private static String line(String step) {
        return "div[data-testid='" + step + "']";
    }
}
