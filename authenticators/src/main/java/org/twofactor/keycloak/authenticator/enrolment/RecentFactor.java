package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.authentication.authenticators.util.AuthenticatorUtils;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.Constants;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.managers.AuthenticationManager;
import org.twofactor.keycloak.token.PresenceNote;

/**
 * Whether a second factor was given in this browser session within the lifespan of a sudo token: what changes a user's
 * factors takes that, as it takes a sudo token at REST.
 *
 * <p>An application-initiated action guarantees less. It makes sure of a log-in within the last minutes, but that may
 * have been by a password alone, at a lower level of authentication or on a trusted device. So what counts here is a
 * code that our pages have accepted, or one of Keycloak's own steps that can't be passed without a second factor.
 *
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x16-V7-Session-Management.md">ASVS v5.0.0-7.5.1
 *     full re-authentication before changes of authentication factors</a>
 */
final class RecentFactor {
    /** Keycloak's steps that ask each time. Its conditional OTP form is not one: it succeeds when it need not ask. */
    private static final Set<String> KEYCLOAKS_OWN =
            Set.of("auth-otp-form", "webauthn-authenticator", "auth-recovery-authn-code-form");

    private final Visit visit;

    private RecentFactor(Visit visit) {
        this.visit = visit;
    }

    /** Whether the user has 2FA on and no second factor was given just now. */
    static boolean isMissing(Visit visit) {
        return visit.twoFactorOn() && !new RecentFactor(visit).isGiven();
    }

    private boolean isGiven() {
        Duration lifespan = visit.settings().sudoLifespan();
        return Stream.of(givenAt(visit.authentication().getUserSessionNotes()), givenInSessionThatLetsIn())
                .flatMap(times -> times)
                .anyMatch(at -> Duration.between(at, visit.now()).compareTo(lifespan) < 0);
    }

    /** Only where that session has let the user in here: whoever logs in afresh proves the factor afresh. */
    private Stream<Instant> givenInSessionThatLetsIn() {
        if (!Boolean.parseBoolean(visit.authentication().getAuthNote(AuthenticationManager.SSO_AUTH))) {
            return Stream.empty();
        }
        UserSessionModel userSession = visit.session()
                .sessions()
                .getUserSession(
                        visit.authentication().getRealm(),
                        visit.authentication().getParentSession().getId());
        boolean isTheUsers = userSession != null
                && userSession.getUser() != null
                && userSession.getUser().getId().equals(visit.user().getId())
                && AuthenticationManager.isSessionValid(visit.authentication().getRealm(), userSession);
        return isTheUsers ? givenAt(userSession.getNotes()) : Stream.empty();
    }

    private Stream<Instant> givenAt(Map<String, String> sessionNotes) {
        return Stream.concat(
                PresenceNote.read(sessionNotes).stream(),
                AuthenticatorUtils.parseCompletedExecutions(sessionNotes.get(Constants.AUTHENTICATORS_COMPLETED))
                        .entrySet()
                        .stream()
                        .filter(completed -> isSecondFactor(completed.getKey()))
                        .map(completed -> Instant.ofEpochSecond(completed.getValue())));
    }

    private boolean isSecondFactor(String executionId) {
        AuthenticationExecutionModel execution =
                visit.authentication().getRealm().getAuthenticationExecutionById(executionId);
        return execution != null && KEYCLOAKS_OWN.contains(execution.getAuthenticator());
    }
}
