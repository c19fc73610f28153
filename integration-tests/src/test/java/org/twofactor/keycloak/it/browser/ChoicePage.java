package org.twofactor.keycloak.it.browser;

import java.util.List;

/** Keycloak's page "Select login method", where "Try another way" leads. */
public final class ChoicePage {
    private static final String HEADLINE = ".select-auth-box-headline";

    private final Tab tab;

    private ChoicePage(Tab tab) {
        this.tab = tab;
    }

    static ChoicePage in(Tab tab) {
        tab.element(".select-auth-container");
        return new ChoicePage(tab);
    }

    /** The names of the ways that it offers, in its order. */
    public List<String> ways() {
        return tab.readAll(HEADLINE);
    }

    /** What it says of each. */
    public List<String> hints() {
        return tab.readAll(".select-auth-box-desc");
    }

    /** Takes the way of that name, and answers whatever comes next. */
    public Tab choose(String way) {
        int number = ways().indexOf(way);
        if (number < 0) {
            throw new AssertionError("no way " + way + " among " + ways());
        }
        return tab.follow("li:nth-child(" + (number + 1) + ") .select-auth-box-parent");
    }

    public Tab tab() {
        return tab;
    }
}
