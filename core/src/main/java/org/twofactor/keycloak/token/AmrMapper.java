package org.twofactor.keycloak.token;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.mappers.AmrProtocolMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAttributeMapperHelper;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.representations.IDToken;
import org.twofactor.keycloak.FactorId;

/**
 * Protocol mapper "Two-factor AMR": puts into {@code amr} how the session was opened, at whichever door.
 *
 * <p>Keycloak's own mapper knows one value per execution of a flow and forgets it after a second by default; REST has no
 * executions. This one adds {@code pwd} where a password was given, and the values of the second factor, to what
 * Keycloak's would say. The values can be changed in the mapper's configuration.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8176#section-2">RFC 8176 2</a>
 */
public final class AmrMapper extends AmrProtocolMapper {
    public static final String PROVIDER_ID = "two-factor-amr-mapper";
    private static final String VALUES_OF = "amr.";

    @Override
    public String getId() {
        return PROVIDER_ID;
    }

    @Override
    public String getDisplayType() {
        return "Two-factor AMR";
    }

    @Override
    public String getHelpText() {
        return "Adds to the claim amr how the user logged in: pwd after a password, and the values of the second factor.";
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        List<ProviderConfigProperty> properties = new ArrayList<>();
        for (FactorId factor : FactorId.values()) {
            ProviderConfigProperty property = new ProviderConfigProperty();
            property.setName(VALUES_OF + factor.wireName());
            property.setLabel("Values for " + factor.wireName());
            property.setHelpText("What amr says beside pwd after this factor, separated by spaces (RFC 8176).");
            property.setType(ProviderConfigProperty.STRING_TYPE);
            property.setDefaultValue(String.join(" ", AuthenticationMethods.of(factor)));
            properties.add(property);
        }
        OIDCAttributeMapperHelper.addIncludeInTokensConfig(properties, AmrProtocolMapper.class);
        return properties;
    }

    @Override
    protected void setClaim(
            IDToken token,
            ProtocolMapperModel mapper,
            UserSessionModel userSession,
            KeycloakSession session,
            ClientSessionContext clientSession) {
        Set<String> methods = new LinkedHashSet<>();
        if (PasswordNote.isIn(userSession.getNotes())) {
            methods.add(AuthenticationMethods.PASSWORD);
        }
        SecondFactorNote.read(userSession)
                .ifPresent(factor -> values(mapper, factor).forEach(methods::add));
        methods.addAll(getAmr(clientSession.getClientSession(), userSession.getRealm()));
        token.setOtherClaims(OAuth2Constants.AUTHENTICATOR_METHOD_REFERENCE, List.copyOf(methods));
    }

    private static Stream<String> values(ProtocolMapperModel mapper, FactorId factor) {
        String configured = mapper.getConfig().get(VALUES_OF + factor.wireName());
        return configured == null || configured.isBlank()
                ? AuthenticationMethods.of(factor).stream()
                : Stream.of(configured.strip().split("\\s+"));
    }
}
