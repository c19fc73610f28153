package org.twofactor.keycloak.authenticator.enrolment;

import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.authentication.requiredactions.UpdateTotp;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * The required action that enrols TOTP, in the place of Keycloak's own {@code CONFIGURE_TOTP}: where Keycloak's account
 * console leads for an authenticator app, and what an admin demands of a user. Keycloak's page asks for no second factor
 * before it adds one, counts no wrong codes, tells nobody, and knows nothing of our recovery codes.
 *
 * <p>In a realm that is not ours it is Keycloak's own, unchanged. Of two providers of one
 * id, Keycloak takes the one of higher order.
 */
public final class EnrolTotpFactory extends UpdateTotp {
    private static final RequiredActionProvider ACTION = new EnrolFactor(FactorId.TOTP, new TotpStep());

    @Override
    public RequiredActionProvider create(KeycloakSession session) {
        RealmModel realm = session.getContext().getRealm();
        return realm != null && RealmSettings.isOurs(realm) ? ACTION : super.create(session);
    }

    @Override
    public int order() {
        return 1;
    }
}
