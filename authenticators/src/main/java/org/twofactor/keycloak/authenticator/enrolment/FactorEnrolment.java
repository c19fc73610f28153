package org.twofactor.keycloak.authenticator.enrolment;

import java.util.List;
import org.keycloak.events.EventType;
import org.twofactor.keycloak.authenticator.ProvedFactor;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.factor.Factor;

/** One factor from its first page to the recovery codes that come with it. */
final class FactorEnrolment {
    private static final String ENROLLED = "enrolled";

    private final CodesStep codes;

    FactorEnrolment(CodesStep codes) {
        this.codes = codes;
    }

    void show(Visit visit, EnrolStep step) {
        if (isEnrolled(visit)) {
            codes.show(visit, true);
        } else if (isAllowed(visit, step)) {
            step.show(visit);
        } else {
            notAvailable(visit);
        }
    }

    void posted(Visit visit, EnrolStep step) {
        if (isEnrolled(visit)) {
            codes.posted(visit, true);
        } else if (isAllowed(visit, step)) {
            boolean wasOn = visit.twoFactorOn();
            step.posted(visit, () -> enrolled(visit, step.factor(visit.factors()), wasOn));
        } else {
            notAvailable(visit);
        }
    }

    /** Whether nothing is left to do. */
    boolean isDone(Visit visit) {
        return isEnrolled(visit) && new CodesToSave(visit).set().isEmpty();
    }

    /** Whether this action has enrolled a factor in this tab; whatever has become of it, 2FA is on. */
    static boolean isEnrolled(Visit visit) {
        return visit.note(ENROLLED).isPresent() && visit.twoFactorOn();
    }

    private void enrolled(Visit visit, Factor factor, boolean wasOn) {
        List<Secret> newCodes = visit.enrolment().activated(visit.user(), factor, wasOn, visit.now());
        visit.event(EventType.UPDATE_CREDENTIAL, factor.id(), "enable").success();
        // Proved by being enrolled: the tokens of this log-in say what those of the next one will.
        ProvedFactor.mark(visit.session(), visit.authentication(), visit.settings(), factor.id());
        visit.note(ENROLLED, factor.id().wireName());
        if (newCodes.isEmpty()) {
            visit.done();
        } else {
            codes.showNew(visit, newCodes);
        }
    }

    private static boolean isAllowed(Visit visit, EnrolStep step) {
        return visit.settings().allows(step.factor(visit.factors()).id());
    }

    /** Nobody gets past an action that is demanded because the realm does not allow what it demands. */
    private static void notAvailable(Visit visit) {
        new Page(visit, Page.NOT_AVAILABLE).show();
    }
}
