package org.twofactor.keycloak.it.browser;

import java.util.List;

/** The page on which a user chooses a factor to set up. */
public final class ConfigurePage {
    private static final String FORM = "#two-factor-configure";

    private final Tab tab;

    private ConfigurePage(Tab tab) {
        this.tab = tab;
    }

    public static ConfigurePage in(Tab tab) {
        tab.element(FORM);
        return new ConfigurePage(tab);
    }

    public static boolean isIn(Tab tab) {
        return tab.has(FORM);
    }

    /** The names of the factors that it offers. */
    public List<String> factors() {
        return tab.readAll(FORM + " label");
    }

    /** Whether it says that the user has no choice but to choose. */
    public boolean isDemanded() {
        return tab.has("#two-factor-demanded");
    }

    public EnrolTotpPage chooseTotp() {
        return EnrolTotpPage.in(choose("totp"));
    }

    public EnrolEmailPage chooseEmail() {
        return EnrolEmailPage.in(choose("email-otp"));
    }

    private Tab choose(String factor) {
        tab.element("#factor-" + factor).click();
        return tab.follow("#two-factor-continue");
    }

    public Tab tab() {
        return tab;
    }
}
