package org.twofactor.keycloak.authenticator;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.common.util.Time;
import org.keycloak.device.DeviceRepresentationProvider;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.representations.account.DeviceRepresentation;
import org.twofactor.keycloak.device.TrustedDevices;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * Lets the second factors of its sub-flow be asked for unless the user has told us not to on this device. Without
 * configuration it offers nobody to trust a device, and trusts none.
 *
 * <p>It reads a signed cookie and nothing else of the request, but for the level that the app asks for.
 */
final class DeviceCondition implements ConditionalAuthenticator {
    static final String DAYS = "days";
    static final String OFF = "off";

    /** What Keycloak calls any log-in. */
    private static final int PASSWORD_LEVEL = 1;

    /** The name of the box on the pages. */
    private static final String FIELD = "trustDevice";

    @Override
    public boolean matchCondition(AuthenticationFlowContext context) {
        return lifespan(context.getAuthenticatorConfig()).isEmpty() || isLevelWanted(context) || !isTrusted(context);
    }

    /** A trusted device reaches no level: an app that asks for more than the password gets a second factor, given now. */
    private static boolean isLevelWanted(AuthenticationFlowContext context) {
        AcrStore levels = new AcrStore(context.getSession(), context.getAuthenticationSession());
        int reached = Math.max(PASSWORD_LEVEL, levels.getLevelOfAuthenticationFromCurrentAuthentication());
        return levels.getRequestedLevelOfAuthentication(context.getTopLevelFlow()) > reached;
    }

    private static boolean isTrusted(AuthenticationFlowContext context) {
        UserModel user = context.getUser();
        return new DeviceCookie(context.getSession(), user)
                .read()
                .filter(ticket -> devices(context).isTrusted(user, ticket, now()))
                .isPresent();
    }

    /** How long the flow of this step lets a device be trusted; empty where it does not. */
    static Optional<Duration> offer(AuthenticationFlowContext context) {
        RealmModel realm = context.getRealm();
        String flow = context.getExecution().getParentFlow();
        while (flow != null) {
            Optional<Duration> here = realm.getAuthenticationExecutionsStream(flow)
                    .filter(step -> DeviceConditionFactory.PROVIDER_ID.equals(step.getAuthenticator()))
                    .filter(AuthenticationExecutionModel::isEnabled)
                    .map(step -> step.getAuthenticatorConfig() == null
                            ? null
                            : realm.getAuthenticatorConfigById(step.getAuthenticatorConfig()))
                    .flatMap(config -> lifespan(config).stream())
                    .findFirst();
            if (here.isPresent()) {
                return here;
            }
            AuthenticationExecutionModel above = realm.getAuthenticationExecutionByFlowId(flow);
            flow = above == null ? null : above.getParentFlow();
        }
        return Optional.empty();
    }

    /** Whether the user has ticked the box. */
    static boolean wanted(AuthenticationFlowContext context) {
        return context.getHttpRequest().getDecodedFormParameters().containsKey(FIELD);
    }

    /** Trusts this browser from now on, as the user has asked for, if the flow lets it be. */
    static void trust(AuthenticationFlowContext context) {
        offer(context).ifPresent(lifespan -> {
            UserModel user = context.getUser();
            new DeviceCookie(context.getSession(), user)
                    .write(devices(context).trust(user, name(context.getSession()), lifespan, now()), lifespan);
        });
    }

    /** Empty for every value that is not one of those to choose from: a realm import checks nothing. */
    private static Optional<Duration> lifespan(AuthenticatorConfigModel config) {
        return Optional.ofNullable(config)
                .map(AuthenticatorConfigModel::getConfig)
                .map((Map<String, String> values) -> values.get(DAYS))
                .filter(days -> !days.equals(OFF))
                .filter(DeviceConditionFactory.CHOICES::contains)
                .map(days -> Duration.ofDays(Long.parseLong(days)));
    }

    /** As people say it: "Chrome 156, Linux" for Keycloak's "Chrome/156.0.0". */
    private static String name(KeycloakSession session) {
        DeviceRepresentation device =
                session.getProvider(DeviceRepresentationProvider.class).deviceRepresentation();
        return device == null || device.getBrowser() == null || device.getOs() == null
                ? "Browser"
                : device.getBrowser().replaceFirst("/(\\d+)[.\\d]*$", " $1") + ", " + device.getOs();
    }

    private static TrustedDevices devices(AuthenticationFlowContext context) {
        return new TrustedDevices(context.getSession(), RealmSettings.of(context.getSession(), context.getRealm()));
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Time.currentTimeMillis());
    }

    @Override
    public void action(AuthenticationFlowContext context) {
        // A condition has no page.
    }

    @Override
    public boolean requiresUser() {
        return true;
    }

    @Override
    public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
        // A condition demands nothing.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
