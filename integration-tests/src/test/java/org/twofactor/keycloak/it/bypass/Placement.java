package org.twofactor.keycloak.it.bypass;

import static org.twofactor.keycloak.it.bypass.Outcome.ASKED;
import static org.twofactor.keycloak.it.bypass.Outcome.OPEN;
import static org.twofactor.keycloak.it.bypass.Outcome.SET_UP;
import static org.twofactor.keycloak.it.bypass.Outcome.SHUT;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.List;
import org.twofactor.keycloak.it.realm.BrowserFlow.Step;

/** Where an administrator may put our steps, and what has to come of it for each {@link Holding}, in their order. */
enum Placement {
    /** As we tell them to: whoever has a factor is asked for one. */
    CONDITIONAL(
            List.of(subflow(
                    "CONDITIONAL",
                    form("conditional-user-configured", "REQUIRED"),
                    form(Names.APP, "ALTERNATIVE"),
                    form(Names.MAIL, "ALTERNATIVE"),
                    form(Names.CODES, "ALTERNATIVE"))),
            OPEN,
            ASKED,
            ASKED,
            ASKED,
            OPEN,
            SHUT,
            SHUT,
            OPEN),

    /** Any of them, from everybody. */
    ALTERNATIVE(
            List.of(subflow(
                    "REQUIRED",
                    form(Names.APP, "ALTERNATIVE"),
                    form(Names.MAIL, "ALTERNATIVE"),
                    form(Names.CODES, "ALTERNATIVE"))),
            SHUT,
            ASKED,
            ASKED,
            ASKED,
            SHUT,
            SHUT,
            SHUT,
            SHUT),

    /** The app from everybody: who has no second factor at all sets one up. */
    APP_REQUIRED(
            List.of(form(Names.APP, "REQUIRED")), SET_UP, ASKED, SHUT, ASKED, SET_UP, SHUT, SHUT, SHUT),

    MAIL_REQUIRED(List.of(form(Names.MAIL, "REQUIRED")), SHUT, SHUT, ASKED, SHUT, SHUT, SHUT, SHUT, SHUT),

    CODES_REQUIRED(List.of(form(Names.CODES, "REQUIRED")), SHUT, SHUT, SHUT, ASKED, SHUT, SHUT, SHUT, SHUT),

    /** The mode without enrolment: a code to the account's own address. */
    ACCOUNT_MAIL_REQUIRED(
            List.of(form("two-factor-account-email-form", "REQUIRED")),
            ASKED,
            ASKED,
            ASKED,
            ASKED,
            ASKED,
            ASKED,
            ASKED,
            ASKED),

    /** A mistake: Keycloak leaves ALTERNATIVE steps out that stand beside REQUIRED ones, and calls none of them. */
    ALTERNATIVE_BESIDE_REQUIRED(
            List.of(form(Names.APP, "ALTERNATIVE")), OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN);

    private final List<Step> steps;
    private final List<Outcome> outcomes;

    Placement(List<Step> steps, Outcome... outcomes) {
        this.steps = steps;
        this.outcomes = List.of(outcomes);
    }

    List<Step> steps() {
        return steps;
    }

    Outcome of(Holding holding) {
        return outcomes.get(holding.ordinal());
    }

    /** The name of a flow with these steps. */
    String flow(String kind) {
        return kind + " " + name();
    }

    private static final class Names {
        static final String APP = "two-factor-totp-form";
        static final String MAIL = "two-factor-email-otp-form";
        static final String CODES = "two-factor-recovery-code-form";
    }
}
