package org.twofactor.keycloak.it.bypass;

import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;

/** A way in that goes through a flow of Keycloak's pages. */
abstract class Way {
    private final TestRealm realm;
    private final Inbox inbox;

    Way(TestRealm realm, Inbox inbox) {
        this.realm = realm;
        this.inbox = inbox;
    }

    final TestRealm realm() {
        return realm;
    }

    Holder holder(Holding holding) {
        return holding.in(realm, inbox);
    }

    /** Has the realm go this way by a flow with these steps. */
    abstract void bind(Placement placement);

    /** All that is asked of this user before a second factor. */
    abstract Walk withoutSecondFactor(Holder holder);

    /** What is left to do once no second factor is asked for any more: nothing, unless the way has a page of its own. */
    Walk goOn(Walk walk, Holder holder) {
        return walk;
    }

    /** Whether the user is in. */
    boolean isIn(Walk walk) {
        return walk.isIn();
    }

    /** What the app gets once the user is in. */
    abstract Answer tokens(Walk walk);
}
