package org.twofactor.keycloak.it.browser;

import java.util.Optional;

/** The page that offers to make new recovery codes; and to go on, where some were shown before. */
public final class MakeCodesPage {
    private static final String MAKE = "#two-factor-make-codes";

    private final Tab tab;

    private MakeCodesPage(Tab tab) {
        this.tab = tab;
    }

    public static MakeCodesPage in(Tab tab) {
        tab.element(MAKE);
        return new MakeCodesPage(tab);
    }

    public static boolean isIn(Tab tab) {
        return tab.has(MAKE);
    }

    public RecoveryCodesPage make() {
        return RecoveryCodesPage.in(tab.follow(MAKE));
    }

    /** Whether it warns that the old codes die. */
    public boolean replaces() {
        return tab.has("#two-factor-replace");
    }

    /** Says that the codes which were shown before are saved. */
    public Tab finish() {
        return RecoveryCodesPage.finish(tab);
    }

    /** What is wrong, in words. */
    public Optional<String> error() {
        return tab.read("#input-error-saved").or(() -> tab.read("#two-factor-message"));
    }

    public Tab tab() {
        return tab;
    }
}
