package org.twofactor.keycloak.authenticator;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.twofactor.keycloak.device.TrustedDevices;

/** {@link DeviceCondition} for Keycloak: execution "Condition - device not trusted". */
public final class DeviceConditionFactory implements ConditionalAuthenticatorFactory {
    public static final String PROVIDER_ID = "conditional-two-factor-device";

    /** To choose from, so that no number has to be refused. */
    static final List<String> CHOICES = List.of(DeviceCondition.OFF, "1", "7", "14", "30", "60", "90");

    private static final ConditionalAuthenticator CONDITION = new DeviceCondition();

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Condition - device not trusted";
    }

    @Override
    public String getHelpText() {
        return "Lets users choose not to be asked for a second factor on a device for some days. Put it beside the "
                + "other conditions of the sub-flow that holds the second factors.";
    }

    /** Not that of conditions: the account console lists the credentials of types that an enabled flow names. */
    @Override
    public String getReferenceCategory() {
        return TrustedDevices.CREDENTIAL_TYPE;
    }

    @Override
    public Requirement[] getRequirementChoices() {
        return new Requirement[] {Requirement.REQUIRED, Requirement.DISABLED};
    }

    @Override
    public boolean isConfigurable() {
        return true;
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        ProviderConfigProperty days = new ProviderConfigProperty(
                DeviceCondition.DAYS,
                "Days",
                "Days that a device is trusted, if its user wants that. A change of the password or of a second "
                        + "factor ends it before; so does the user or an admin, who see the device as a credential.",
                ProviderConfigProperty.LIST_TYPE,
                DeviceCondition.OFF);
        days.setOptions(CHOICES);
        return List.of(days);
    }

    @Override
    public boolean isUserSetupAllowed() {
        return false;
    }

    @Override
    public ConditionalAuthenticator getSingleton() {
        return CONDITION;
    }

    @Override
    public void init(Config.Scope config) {
        // No server options.
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Nothing to prepare.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
