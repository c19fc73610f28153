package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

/** The page that asks for the code which proves that the mailbox is the user's. */
public final class EnrolEmailCodePage {
    private static final String OTHER_ADDRESS = "#two-factor-other-address";

    private final Tab tab;

    private EnrolEmailCodePage(Tab tab) {
        this.tab = tab;
    }

    public static EnrolEmailCodePage in(Tab tab) {
        tab.element(OTHER_ADDRESS);
        return new EnrolEmailCodePage(tab);
    }

    public static boolean isIn(Tab tab) {
        return tab.has(OTHER_ADDRESS);
    }

    /** What it says of the mail that is on its way. */
    public String hint() {
        return tab.element("#two-factor-hint").getText();
    }

    /** How long the next mail has to wait, in words; nothing where it need not. */
    public Optional<String> untilNextMail() {
        return tab.read("#two-factor-wait");
    }

    public Tab send(String code) {
        tab.type("#code", code);
        return tab.follow("#two-factor-continue");
    }

    /** Sends a code that is refused, and answers the page that says so. */
    public EnrolEmailCodePage sendInVain(String code) {
        EnrolEmailCodePage again = in(send(code));
        assertThat(again.error()).as(tab.text()).isPresent();
        return again;
    }

    /** Sends a right code and answers the page with the recovery codes. */
    public RecoveryCodesPage sendRight(String code) {
        return RecoveryCodesPage.in(send(code));
    }

    public EnrolEmailCodePage resend() {
        return in(tab.follow("#two-factor-send"));
    }

    public EnrolEmailPage otherAddress() {
        return EnrolEmailPage.in(tab.follow(OTHER_ADDRESS));
    }

    /** What is wrong with the code, in words. */
    public Optional<String> error() {
        return tab.read("#input-error-code");
    }

    /** What stands above everything, good or bad. */
    public Optional<String> message() {
        return tab.read("#two-factor-message");
    }

    public Tab tab() {
        return tab;
    }
}
