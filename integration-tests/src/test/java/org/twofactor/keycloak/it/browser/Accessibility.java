package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Results;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import org.openqa.selenium.WebDriver;

/** What axe-core finds on a page, in words. */
final class Accessibility {

    private Accessibility() {}

    /** @param where for the failure */
    static void assertNothingFound(WebDriver page, String where) {
        Results results = new AxeBuilder().analyze(page);
        assertThat(results.getErrorMessage()).isNull();
        assertThat(results.getPasses()).as("rules that axe looked at").isNotEmpty();
        assertThat(results.getViolations().stream().map(Accessibility::inWords).toList())
                .as("what axe-core finds at %s", where)
                .isEmpty();
    }

    private static String inWords(Rule rule) {
        StringBuilder words = new StringBuilder(rule.getHelp())
                .append(" (")
                .append(rule.getId())
                .append(")");
        rule.getNodes()
                .forEach(node -> words.append("\n  ")
                        .append(node.getHtml())
                        .append("\n    ")
                        .append(String.valueOf(node.getFailureSummary()).replace("\n", "\n    ")));
        return words.toString();
    }
}
