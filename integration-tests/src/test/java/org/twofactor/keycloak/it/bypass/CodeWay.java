package org.twofactor.keycloak.it.bypass;

import java.util.HashMap;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** The authorization code grant: name and password on Keycloak's page. */
class CodeWay extends PageWay {

    CodeWay(TestRealm realm, Inbox inbox) {
        super(realm, inbox);
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

    /** The same with Keycloak's "restart" link, from wherever the password leads to. */
    static final class WithRestart extends CodeWay {
        WithRestart(TestRealm realm, Inbox inbox) {
            super(realm, inbox);
        }

        @Override
        Walk withoutSecondFactor(Holder holder) {
            Walk walk = super.withoutSecondFactor(holder);
            return walk.hasForm() ? walk.open(walk.restart()).password(holder.user()) : walk;
        }
    }

    /** The same by {@code prompt=login}, in a browser with a session from before the second factor. */
    static final class Again extends CodeWay {
        private final Map<String, Walk> browsers = new HashMap<>();

        Again(TestRealm realm, Inbox inbox) {
            super(realm, inbox);
        }

        @Override
        Holder newHolder(Holding holding) {
            TestUser user = newUser();
            browsers.put(
                    user.id(),
                    Walk.afresh()
                            .open(Walk.login(realm(), TestClients.APP, Map.of()))
                            .password(user));
            return holding.give(realm(), user, inbox());
        }

        @Override
        Walk withoutSecondFactor(Holder holder) {
            return browsers.get(holder.user().id())
                    .anotherTab()
                    .open(Walk.login(realm(), TestClients.APP, Map.of("prompt", "login")))
                    .submit(Map.of("password", holder.user().password()));
        }
    }
}
