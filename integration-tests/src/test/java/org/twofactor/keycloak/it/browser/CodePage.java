package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** A page of ours that asks for a code. */
public final class CodePage {
    public static final String AUTHENTICATOR_APP = "Authenticator app";
    public static final String RECOVERY_CODE = "Recovery code";
    public static final String EMAIL = "Check your email";

    /** What it says of a wrong code, in English. */
    public static final String WRONG = "This code is not right. Check it and try again.";

    private static final String FIELD = "input[name=code]";
    private static final String ERROR = "#input-error-code";

    private final Tab tab;

    private CodePage(Tab tab) {
        this.tab = tab;
    }

    /** The page that is there, which must be one. */
    public static CodePage in(Tab tab) {
        tab.element(FIELD);
        return new CodePage(tab);
    }

    /** The first one that a user meets after name and password in a new tab. */
    public static CodePage after(Tab tab, TestRealm realm, TestUser user) {
        return in(LoginPage.open(tab, realm).logIn(user));
    }

    public static boolean isIn(Tab tab) {
        return tab.has(FIELD);
    }

    /** What the page is called: {@link #AUTHENTICATOR_APP} in English. */
    public String heading() {
        return tab.read("h1").orElse("");
    }

    /** What it says is wrong, in words; nothing when all is well. */
    public Optional<String> error() {
        return tab.read(ERROR);
    }

    /** Types a code and sends it, and answers whatever comes next. */
    public Tab send(String code) {
        tab.type(FIELD, code);
        return tab.follow("#kc-login");
    }

    /** Types a code that is refused, and answers the page that says so. */
    public CodePage sendInVain(String code) {
        CodePage again = in(send(code));
        assertThat(again.error()).as(tab.text()).isPresent();
        return again;
    }

    public boolean offersAnotherWay() {
        return tab.has("#try-another-way");
    }

    public ChoicePage tryAnotherWay() {
        return ChoicePage.in(tab.follow("#try-another-way"));
    }

    public Tab tab() {
        return tab;
    }
}
