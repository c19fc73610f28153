package org.twofactor.keycloak.authenticator;

import java.util.List;
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
    Condition condition() {
        return CONDITION;
    }
}
