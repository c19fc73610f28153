package org.twofactor.keycloak.it.browser;

import java.util.Optional;

/** The page that asks for the address to which codes shall go. */
public final class EnrolEmailPage {
    private static final String FIELD = "#email";

    private final Tab tab;

    private EnrolEmailPage(Tab tab) {
        this.tab = tab;
    }

    public static EnrolEmailPage in(Tab tab) {
        tab.element(FIELD);
        return new EnrolEmailPage(tab);
    }

    public static boolean isIn(Tab tab) {
        return tab.has(FIELD);
    }

    /** What stands in the field. */
    public String address() {
        return tab.element(FIELD).getDomProperty("value");
    }

    /** Has a code sent to the address that stands in the field, and answers whatever comes next. */
    public Tab send() {
        return tab.follow("#two-factor-send");
    }

    public Tab send(String address) {
        tab.type(FIELD, address);
        return send();
    }

    /** What is wrong, in words. */
    public Optional<String> error() {
        return tab.read("#input-error-email").or(() -> tab.read("#two-factor-message"));
    }

    public Tab tab() {
        return tab;
    }
}
