package org.twofactor.keycloak.authenticator.enrolment;

import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.authentication.requiredactions.DeleteCredentialAction;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * {@link RemoveCredential} for Keycloak, in the place of its own {@code delete_credential}. In a realm that is not ours
 * it is Keycloak's own, unchanged. Of two providers of one id, Keycloak takes the one of
 * higher order.
 */
public final class RemoveCredentialFactory extends DeleteCredentialAction {
    private final RequiredActionProvider ours = new RemoveCredential(this);

    @Override
    public RequiredActionProvider create(KeycloakSession session) {
        RealmModel realm = session.getContext().getRealm();
        return realm != null && RealmSettings.isOurs(realm) ? ours : super.create(session);
    }

    @Override
    public int order() {
        return 1;
    }
}
