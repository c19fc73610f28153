package org.twofactor.keycloak.authenticator;

import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.CredentialValidator;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.OTPCredentialProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionProviderModel;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * Asks for a code of an authenticator app, whichever of the user's apps shows it.
 *
 * <p>Where the step is REQUIRED and the user has no second factor at all, one has to be set up before the log-in goes
 * on. Whoever has another factor does not get that far: a stolen password must not enrol a thief's phone.
 */
final class TotpFormAuthenticator extends CodeFormAuthenticator implements CredentialValidator<CredentialProvider<?>> {

    @Override
    FactorId id() {
        return FactorId.TOTP;
    }

    @Override
    Factor factor(AuthenticationFlowContext context, Factors factors) {
        return factors.totp();
    }

    @Override
    CodePage page(AuthenticationFlowContext context) {
        return new CodePage(context, "two-factor-totp-form.ftl");
    }

    @Override
    void accepted(AuthenticationFlowContext context, Settings settings) {
        ProvedFactor.succeed(context, settings, id());
    }

    @Override
    public CredentialProvider<?> getCredentialProvider(KeycloakSession session) {
        return session.getProvider(CredentialProvider.class, OTPCredentialProviderFactory.PROVIDER_ID);
    }

    /** Asked before {@link #setRequiredActions}, and the only word that is listened to: a no is an error page. */
    @Override
    public boolean areRequiredActionsEnabled(KeycloakSession session, RealmModel realm) {
        UserModel user = session.getContext().getAuthenticationSession().getAuthenticatedUser();
        return setUp(realm).isPresent() && !new Factors(session, RealmSettings.of(session, realm)).twoFactorOn(user);
    }

    @Override
    public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
        AuthenticationSessionModel authentication = session.getContext().getAuthenticationSession();
        setUp(realm).ifPresent(authentication::addRequiredAction);
    }

    /** TOTP and nothing else, as nothing else would pass here; the choice of factors only where an admin has left no other. */
    private static Optional<String> setUp(RealmModel realm) {
        return Stream.of(UserModel.RequiredAction.CONFIGURE_TOTP.name(), RealmSettings.REQUIRED_ACTION)
                .filter(alias -> isEnabled(realm.getRequiredActionProviderByAlias(alias)))
                .findFirst();
    }

    private static boolean isEnabled(RequiredActionProviderModel action) {
        return action != null && action.isEnabled();
    }
}
