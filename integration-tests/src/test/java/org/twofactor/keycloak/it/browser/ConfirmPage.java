package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;

/** The page that asks for a second factor before anything is changed. */
public final class ConfirmPage {
    private static final String FORM = "#two-factor-confirm";

    private final Tab tab;

    private ConfirmPage(Tab tab) {
        this.tab = tab;
    }

    public static ConfirmPage in(Tab tab) {
        tab.element(FORM);
        return new ConfirmPage(tab);
    }

    public static boolean isIn(Tab tab) {
        return tab.has(FORM);
    }

    /** The other ways that it offers. */
    public List<String> others() {
        return tab.readAll("#two-factor-other-ways button");
    }

    public ConfirmPage by(String factor) {
        return in(tab.follow("#two-factor-by-" + factor));
    }

    /** Has a code mailed. */
    public ConfirmPage mail() {
        return in(tab.follow("#two-factor-send"));
    }

    /** What it says of the way that it asks for. */
    public String hint() {
        return tab.element("#two-factor-hint").getText();
    }

    public Tab send(String code) {
        tab.type("#code", code);
        return tab.follow("#two-factor-continue");
    }

    /** Sends a code that is refused, and answers the page that says so. */
    public ConfirmPage sendInVain(String code) {
        ConfirmPage again = in(send(code));
        assertThat(again.error()).as(tab.text()).isPresent();
        return again;
    }

    /** What is wrong, in words. */
    public Optional<String> error() {
        return tab.read("#input-error-code").or(() -> tab.read("#two-factor-message"));
    }

    public Tab tab() {
        return tab;
    }
}
