package org.twofactor.keycloak.authenticator;

import java.util.EnumSet;
import java.util.Set;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.factor.AccountEmail;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * Refuses a flow that asks for codes to the account's address in a realm that does not take that address for a second
 * factor: whoever has the password could have it moved over REST, and get the codes.
 */
final class AccountEmailCheck implements EventListenerProvider {
    private static final Set<OperationType> SAVES = EnumSet.of(OperationType.CREATE, OperationType.UPDATE);

    private final KeycloakSession session;

    AccountEmailCheck(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
        if (!SAVES.contains(event.getOperationType()) || event.getResourceType() != ResourceType.AUTH_EXECUTION) {
            return;
        }
        RealmModel realm = session.getContext().getRealm();
        if (AccountEmail.isAskedFor(realm) && !RealmSettings.of(session, realm).emailWithoutEnrolment()) {
            AdminRefusal.atCommit(
                    session,
                    "Two-factor: email code without enrolment: first switch on 'Email without enrolment'"
                            + " (emailWithoutEnrolment) in the required action 'Set up two-factor authentication'");
        }
    }

    @Override
    public void onEvent(Event event) {
        // What users do changes no flow.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
