package org.twofactor.keycloak.authenticator.enrolment;

import jakarta.ws.rs.HttpMethod;
import java.util.Optional;
import org.keycloak.authentication.CredentialAction;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.requiredactions.DeleteCredentialAction;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.utils.StringUtil;
import org.twofactor.keycloak.FactorId;

/**
 * The account console's removal of a credential: Keycloak's page and Keycloak's work, behind a second factor where the
 * user has 2FA on, and followed by what follows at REST: a notice, and no recovery codes without a factor.
 */
final class RemoveCredential extends EnrolmentAction implements CredentialAction {
    private static final String PAGE = "delete-credential.ftl";
    private static final String LABEL = "credentialLabel";

    private final DeleteCredentialAction keycloaks;

    RemoveCredential(DeleteCredentialAction keycloaks) {
        this.keycloaks = keycloaks;
    }

    @Override
    boolean isDone(Visit visit) {
        return false;
    }

    @Override
    boolean isAwaitingCodes(Visit visit) {
        return false;
    }

    @Override
    void show(Visit visit) {
        if (type(visit).isEmpty() && isPost(visit)) {
            // Gone in the meantime; Keycloak would break here.
            new Page(visit, Page.NOT_AVAILABLE).show();
            return;
        }
        unnamedFactor(visit)
                .ifPresentOrElse(
                        factor -> showByDisplayName(visit, factor),
                        () -> keycloaks.requiredActionChallenge(visit.context()));
    }

    /** Keycloak's page, which would call it by its type. */
    private static void showByDisplayName(Visit visit, FactorId factor) {
        LoginFormsProvider form = visit.context().form();
        form.setAttribute(LABEL, form.getMessage(factor.credentialType() + "-display-name"));
        visit.context().challenge(form.createForm(PAGE));
    }

    private static Optional<FactorId> unnamedFactor(Visit visit) {
        return Optional.ofNullable(visit.authentication().getClientNote(Constants.KC_ACTION_PARAMETER))
                .map(visit.user().credentialManager()::getStoredCredentialById)
                .filter(credential -> StringUtil.isBlank(credential.getUserLabel()))
                .flatMap(credential -> FactorId.ofCredentialType(credential.getType()));
    }

    @Override
    void posted(Visit visit) {
        // A page of ours that was sent twice asks for no removal.
        if (!isPost(visit) || visit.field(Visit.PAGE).isPresent() || type(visit).isEmpty()) {
            show(visit);
            return;
        }
        Optional<FactorId> factor = type(visit).flatMap(FactorId::ofCredentialType);
        visit.enrolment().removed(visit.user(), factor, () -> remove(visit.context()), visit.now());
    }

    private boolean remove(RequiredActionContext context) {
        keycloaks.processAction(context);
        return context.getStatus() == RequiredActionContext.Status.SUCCESS;
    }

    private Optional<String> type(Visit visit) {
        return Optional.ofNullable(getCredentialType(visit.session(), visit.authentication()));
    }

    private static boolean isPost(Visit visit) {
        return HttpMethod.POST.equals(visit.context().getHttpRequest().getHttpMethod());
    }

    @Override
    public String getCredentialType(KeycloakSession session, AuthenticationSessionModel authentication) {
        return keycloaks.getCredentialType(session, authentication);
    }
}
