package org.twofactor.keycloak.it.browser;

import java.util.List;
import org.openqa.selenium.WebElement;

/** Keycloak's page "Select login method", where "Try another way" leads. */
public final class ChoicePage {
    public static final String AUTHENTICATOR_APP = "Authenticator Application";
    public static final String RECOVERY_CODES = "Recovery codes";

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
        return choose(number + 1);
    }

    /** Takes the way with that number, 1 first, and answers whatever comes next. */
    public Tab choose(int number) {
        List<WebElement> boxes = tab.elements(".select-auth-box-parent");
        return tab.leaving(boxes.get(number - 1)::click);
    }

    public Tab tab() {
        return tab;
    }
}
