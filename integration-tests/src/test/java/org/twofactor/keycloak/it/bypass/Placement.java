package org.twofactor.keycloak.it.bypass;

import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.BrowserFlow.subflow;

import java.util.List;
import java.util.stream.Stream;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.BrowserFlow.Step;
import org.twofactor.keycloak.it.realm.NewRealm;

/** Where an administrator may put our steps. Those that begin with GRANT are for the flow of the direct grant. */
enum Placement {
    /** Keycloak's own condition: whoever has the factor of a step is asked for one. */
    CONDITIONAL(subflow(
            "CONDITIONAL",
            form("conditional-user-configured", "REQUIRED"),
            form(Names.APP, "ALTERNATIVE"),
            form(Names.MAIL, "ALTERNATIVE"),
            form(Names.CODES, "ALTERNATIVE"))),

    /** Our condition: whoever has any second factor, ours or not. */
    ENROLLED(subflow(
            "CONDITIONAL",
            form("conditional-two-factor-enrolled", "REQUIRED"),
            form(Names.APP, "ALTERNATIVE"),
            form(Names.MAIL, "ALTERNATIVE"),
            form(Names.CODES, "ALTERNATIVE"))),

    /** Any of them, from everybody. */
    ALTERNATIVE(subflow(
            "REQUIRED",
            form(Names.APP, "ALTERNATIVE"),
            form(Names.MAIL, "ALTERNATIVE"),
            form(Names.CODES, "ALTERNATIVE"))),

    /** The app from everybody: who has no second factor at all sets one up. */
    APP_REQUIRED(form(Names.APP, "REQUIRED")),

    MAIL_REQUIRED(form(Names.MAIL, "REQUIRED")),

    CODES_REQUIRED(form(Names.CODES, "REQUIRED")),

    /** The mode without enrolment: a code to the account's own address. */
    ACCOUNT_MAIL_REQUIRED(form("two-factor-account-email-form", "REQUIRED")),

    /** A mistake: Keycloak leaves ALTERNATIVE steps out that stand beside REQUIRED ones, and calls none of them. */
    ALTERNATIVE_BESIDE_REQUIRED(form(Names.APP, "ALTERNATIVE")),

    /** The one place that the console offers. */
    GRANT_REQUIRED(form(Names.GRANT, "REQUIRED")),

    GRANT_CONDITIONAL(
            subflow("CONDITIONAL", form("conditional-user-configured", "REQUIRED"), form(Names.GRANT, "REQUIRED"))),

    /** The same mistake. The console does not offer it, an import of a realm can bring it. */
    GRANT_ALTERNATIVE(form(Names.GRANT, "ALTERNATIVE")),

    /** Keycloak's own flow, with nothing of ours in it. */
    GRANT_ABSENT();

    private static final String GRANT = "grant";

    private final List<Step> steps;

    Placement(Step... steps) {
        this.steps = List.of(steps);
    }

    boolean isOfPages() {
        return !name().startsWith("GRANT");
    }

    /** The name of the flow of a kind that has our steps here. */
    String flow(String kind) {
        return this == GRANT_ABSENT ? "direct grant" : kind + " " + name();
    }

    String grantFlow() {
        return flow(GRANT);
    }

    /** Adds a flow of this kind for every placement on pages: these steps first, then ours. */
    static NewRealm pages(NewRealm realm, String kind, Step... first) {
        return add(realm, kind, Stream.of(values()).filter(Placement::isOfPages), first);
    }

    /** Adds the browser flows. */
    static NewRealm browser(NewRealm realm) {
        for (Placement placement : values()) {
            if (placement.isOfPages()) {
                realm.flow(BrowserFlow.passwordThen(placement.steps.toArray(Step[]::new))
                        .named(placement.flow("browser")));
            }
        }
        return realm;
    }

    /** Adds the flows of the direct grant. */
    static NewRealm grants(NewRealm realm) {
        return add(
                realm,
                GRANT,
                Stream.of(values()).filter(it -> !it.isOfPages() && it != GRANT_ABSENT),
                form("direct-grant-validate-username", "REQUIRED"),
                form("direct-grant-validate-password", "REQUIRED"));
    }

    private static NewRealm add(NewRealm realm, String kind, Stream<Placement> placements, Step... first) {
        placements.forEach(placement ->
                realm.flow(BrowserFlow.of(Stream.concat(Stream.of(first), placement.steps.stream())
                                .toArray(Step[]::new))
                        .named(placement.flow(kind))));
        return realm;
    }

    private static final class Names {
        static final String APP = "two-factor-totp-form";
        static final String MAIL = "two-factor-email-otp-form";
        static final String CODES = "two-factor-recovery-code-form";
        static final String GRANT = "two-factor-direct-grant";
    }
}
