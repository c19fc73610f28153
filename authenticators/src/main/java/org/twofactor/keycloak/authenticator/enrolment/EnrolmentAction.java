package org.twofactor.keycloak.authenticator.enrolment;

import org.keycloak.authentication.InitiatedActionSupport;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.messages.Messages;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * A required action that changes a user's factors, demanded or called by an app. Its pages stand behind a second factor
 * where the user has 2FA on.
 *
 * <p>The action is done when what it is for has happened, and not when its pages were seen: back, refresh, restart and
 * another tab lead to the page that is due.
 */
abstract class EnrolmentAction implements RequiredActionProvider {
    final CodesStep codes = new CodesStep();
    final FactorEnrolment enrolment = new FactorEnrolment(codes);
    private final SudoStep sudo = new SudoStep();

    /** Whether nothing is left to do. */
    abstract boolean isDone(Visit visit);

    /** Whether all that is missing is that codes which were shown are saved: nothing else may end the action by that. */
    abstract boolean isAwaitingCodes(Visit visit);

    /** Shows the page that is due. */
    abstract void show(Visit visit);

    /** Looks at what was posted. */
    abstract void posted(Visit visit);

    @Override
    public final void requiredActionChallenge(RequiredActionContext context) {
        Visit visit = new Visit(context);
        if (isDone(visit)) {
            visit.done();
        } else if (RecentFactor.isMissing(visit)) {
            sudo.show(visit);
        } else {
            show(visit);
        }
    }

    @Override
    public final void processAction(RequiredActionContext context) {
        if (context.getUser() == null) {
            // Deleted while the page was open.
            context.failure(Messages.INVALID_USER);
            return;
        }
        Visit visit = new Visit(context);
        if (isDone(visit)) {
            visit.done();
        } else if (codes.isFinish(visit) && isAwaitingCodes(visit)) {
            codes.finish(visit);
        } else if (RecentFactor.isMissing(visit)) {
            sudo.posted(visit, () -> show(visit));
        } else {
            posted(visit);
        }
    }

    @Override
    public final InitiatedActionSupport initiatedActionSupport() {
        return InitiatedActionSupport.SUPPORTED;
    }

    /** An app that calls the action sends a user whose log-in is older to log in again. */
    @Override
    public final int getMaxAuthAge(KeycloakSession session) {
        return Math.toIntExact(RealmSettings.of(session, session.getContext().getRealm())
                .sudoLifespan()
                .toSeconds());
    }

    @Override
    public final void evaluateTriggers(RequiredActionContext context) {
        // Whoever wants it demands it: nothing triggers it by itself.
    }

    @Override
    public final void close() {
        // Nothing is held.
    }
}
