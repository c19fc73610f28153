package org.twofactor.keycloak.it.bypass;

import static org.twofactor.keycloak.it.realm.BrowserFlow.form;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.keycloak.representations.idm.FederatedIdentityRepresentation;
import org.keycloak.representations.idm.IdentityProviderRepresentation;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** Another realm knows the password: a brokered log-in, and the flow that comes after it. */
final class BrokerWay extends PageWay {
    private static final String ALIAS = "other-realm";

    private static final String AFTER = "after broker";

    private final TestRealm other;
    private final Map<String, TestUser> there = new ConcurrentHashMap<>();

    private BrokerWay(TestRealm realm, TestRealm other, Inbox inbox) {
        super(realm, inbox);
        this.other = other;
    }

    static BrokerWay between(NewRealm realm, NewRealm other, Inbox inbox) {
        // Without a step that lets everybody pass first, Keycloak shuts those out to whom no condition applies.
        TestRealm here = Placement.pages(realm, AFTER, form("allow-access-authenticator", "REQUIRED"))
                .create();
        TestRealm provider = other.with(it -> it.getClients().stream()
                        .filter(client -> client.getClientId().equals(TestClients.BACKEND))
                        .forEach(client -> {
                            client.setStandardFlowEnabled(true);
                            client.setRedirectUris(List.of(here.api().base() + "/broker/*"));
                        }))
                .create();
        here.admin().identityProviders().create(identityProvider(provider)).close();
        return new BrokerWay(here, provider, inbox);
    }

    private static IdentityProviderRepresentation identityProvider(TestRealm provider) {
        String endpoints = provider.api().base() + "/protocol/openid-connect";
        IdentityProviderRepresentation representation = new IdentityProviderRepresentation();
        representation.setAlias(ALIAS);
        representation.setProviderId("oidc");
        representation.setEnabled(true);
        representation.setConfig(new HashMap<>(Map.of(
                "clientId",
                TestClients.BACKEND,
                "clientSecret",
                TestClients.BACKEND_SECRET,
                "clientAuthMethod",
                "client_secret_post",
                "authorizationUrl",
                endpoints + "/auth",
                "tokenUrl",
                endpoints + "/token",
                "userInfoUrl",
                endpoints + "/userinfo",
                "issuer",
                provider.api().base().toString(),
                "useJwksUrl",
                "true",
                "validateSignature",
                "true",
                "jwksUrl",
                endpoints + "/certs")));
        return representation;
    }

    @Override
    Holder newHolder(Holding holding) {
        Holder holder = super.newHolder(holding);
        link(holder);
        return holder;
    }

    private void link(Holder holder) {
        TestUser brokered = other.newUser();
        there.put(holder.user().id(), brokered);
        FederatedIdentityRepresentation link = new FederatedIdentityRepresentation();
        link.setIdentityProvider(ALIAS);
        link.setUserId(brokered.id());
        link.setUserName(brokered.username());
        realm().user(holder.user()).addFederatedIdentity(ALIAS, link).close();
    }

    /**
     * The first log-in of somebody whom the other realm knows by the address of an account here: Keycloak asks whether to
     * link them, and mails a link to that address.
     */
    Walk firstLogIn(Holder account) {
        TestUser brokered = other.newUser(it -> it.setEmail(account.user().email()));
        return Walk.afresh()
                .open(Walk.login(realm(), TestClients.APP, Map.of("kc_idp_hint", ALIAS)))
                .password(brokered)
                .submit(Map.of("submitAction", "linkAccount"))
                .open(account.mail(mail -> !mail.links().isEmpty()).links().get(0));
    }

    @Override
    void bind(Placement placement) {
        afterLogin(placement.flow(AFTER));
    }

    /** An empty name for no flow at all. */
    void afterLogin(String flow) {
        IdentityProviderRepresentation current =
                realm().admin().identityProviders().get(ALIAS).toRepresentation();
        current.setPostBrokerLoginFlowAlias(flow);
        realm().admin().identityProviders().get(ALIAS).update(current);
    }

    @Override
    Walk withoutSecondFactor(Holder holder) {
        return Walk.afresh()
                .open(Walk.login(realm(), TestClients.APP, Map.of("kc_idp_hint", ALIAS)))
                .password(there.get(holder.user().id()));
    }

    @Override
    Answer tokens(Walk walk) {
        return CodeWay.tokens(realm(), walk);
    }
}
