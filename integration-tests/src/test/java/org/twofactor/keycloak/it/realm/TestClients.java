package org.twofactor.keycloak.it.realm;

import java.util.List;
import java.util.Map;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.ProtocolMapperRepresentation;

/** The clients that every test realm has. */
public final class TestClients {

    /** Public, with direct grant and code flow; the realm's login client. */
    public static final String APP = "app";

    /** Another one of the same kind, to show what is bound to one client. */
    public static final String OTHER_APP = "other-app";

    /** Confidential, with direct grant and a service account; its secret is {@link #BACKEND_SECRET}. */
    public static final String BACKEND = "backend";

    public static final String BACKEND_SECRET = "backend-secret";

    /** Public, with direct grant, whose tokens lack the audience {@code account}. */
    public static final String NO_ACCOUNT = "no-account";

    /** The origin that {@link #APP} and {@link #OTHER_APP} may be called from. */
    public static final String APP_ORIGIN = "http://app.example.org";

    private TestClients() {}

    static List<ClientRepresentation> all() {
        ClientRepresentation noAccount = publicClient(NO_ACCOUNT);
        noAccount.setFullScopeAllowed(false);

        ClientRepresentation backend = client(BACKEND);
        backend.setPublicClient(false);
        backend.setSecret(BACKEND_SECRET);
        backend.setServiceAccountsEnabled(true);

        return List.of(publicClient(APP), publicClient(OTHER_APP), backend, noAccount);
    }

    private static ClientRepresentation publicClient(String id) {
        ClientRepresentation client = client(id);
        client.setPublicClient(true);
        client.setStandardFlowEnabled(true);
        client.setRedirectUris(List.of(APP_ORIGIN + "/*"));
        client.setWebOrigins(List.of(APP_ORIGIN));
        return client;
    }

    private static ClientRepresentation client(String id) {
        ClientRepresentation client = new ClientRepresentation();
        client.setClientId(id);
        client.setEnabled(true);
        client.setProtocol("openid-connect");
        client.setDirectAccessGrantsEnabled(true);
        client.setStandardFlowEnabled(false);
        client.setFullScopeAllowed(true);
        client.setProtocolMappers(List.of(amrMapper()));
        return client;
    }

    private static ProtocolMapperRepresentation amrMapper() {
        ProtocolMapperRepresentation mapper = new ProtocolMapperRepresentation();
        mapper.setName("amr");
        mapper.setProtocol("openid-connect");
        mapper.setProtocolMapper("two-factor-amr-mapper");
        mapper.setConfig(Map.of(
                "access.token.claim", "true",
                "id.token.claim", "true",
                "introspection.token.claim", "true"));
        return mapper;
    }
}
