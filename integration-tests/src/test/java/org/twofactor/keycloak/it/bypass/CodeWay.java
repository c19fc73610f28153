package org.twofactor.keycloak.it.bypass;

import java.util.Map;
import java.util.stream.Stream;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/** The authorization code grant: name and password on Keycloak's page. */
class CodeWay extends Way {

    CodeWay(TestRealm realm, Inbox inbox) {
        super(realm, inbox);
    }

    static NewRealm prepare(NewRealm realm) {
        for (Placement placement : Placement.values()) {
            realm.flow(BrowserFlow.passwordThen(placement.steps().toArray(BrowserFlow.Step[]::new))
                    .named(placement.flow("browser")));
        }
        return realm;
    }

    @Override
    final void bind(Placement placement) {
        realm().update(it -> it.setBrowserFlow(placement.flow("browser")));
    }

    @Override
    Walk withoutSecondFactor(Holder holder) {
        return Walk.afresh()
                .open(Walk.login(realm(), TestClients.APP, Map.of()))
                .password(holder.user());
    }

    @Override
    Answer tokens(Walk walk) {
        return tokens(realm(), walk);
    }

    static Answer tokens(TestRealm realm, Walk walk) {
        return realm.token(
                TestClients.APP,
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        walk.parameter("code").orElseThrow(),
                        "redirect_uri",
                        Walk.APP));
    }

    /** Steps one after the other. */
    static BrowserFlow.Step[] steps(Stream<BrowserFlow.Step> first, Placement placement) {
        return Stream.concat(first, placement.steps().stream()).toArray(BrowserFlow.Step[]::new);
    }
}
