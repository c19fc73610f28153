package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;

/** The page that shows recovery codes, the one time. */
public final class RecoveryCodesPage {
    private static final String CODES = "#two-factor-codes";

    private final Tab tab;

    private RecoveryCodesPage(Tab tab) {
        this.tab = tab;
    }

    public static RecoveryCodesPage in(Tab tab) {
        tab.element(CODES);
        return new RecoveryCodesPage(tab);
    }

    public static boolean isIn(Tab tab) {
        return tab.has(CODES);
    }

    public List<String> codes() {
        List<String> codes = tab.readAll(CODES + " code").stream()
                .map(code -> code.replace(" ", ""))
                .toList();
        assertThat(codes).hasSize(10).allMatch(code -> code.matches("[A-HJ-NP-Z2-9]{16}"));
        codes.forEach(code -> IssuedSecrets.add("recovery code", code));
        return codes;
    }

    /** Says that they are saved, and answers whatever comes next. */
    public Tab finish() {
        return finish(tab);
    }

    static Tab finish(Tab tab) {
        tab.element("#saved").click();
        return tab.follow("#two-factor-finish");
    }

    public Tab tab() {
        return tab;
    }
}
