package org.twofactor.keycloak.authenticator;

import java.util.List;
import java.util.Map;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderConfigProperty;

/** {@link EnrolledCondition} for Keycloak: "Condition - second factor enrolled". */
public final class EnrolledConditionFactory extends ConditionFactory {
    public static final String PROVIDER_ID = "conditional-two-factor-enrolled";

    private static final EnrolledCondition CONDITION = new EnrolledCondition();

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Condition - second factor enrolled";
    }

    @Override
    public String getHelpText() {
        return "The flow is executed only if the user has a second factor.";
    }

    @Override
    List<ProviderConfigProperty> settings() {
        return List.of(text(
                EnrolledCondition.FACTORS,
                "Second factors",
                "Such as totp, email-otp, recovery-code or webauthn, comma separated: one of them is enough. Empty: any "
                        + "second factor."));
    }

    @Override
    String negation() {
        return "On: the flow is executed only if the user has none of them.";
    }

    @Override
    public List<String> complaints(KeycloakSession session, RealmModel realm, Map<String, String> config) {
        return CONDITION.complaints(session, realm, config);
    }

    @Override
    public ConditionalAuthenticator getSingleton() {
        return CONDITION;
    }
}
