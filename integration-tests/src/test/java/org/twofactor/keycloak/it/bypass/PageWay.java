package org.twofactor.keycloak.it.bypass;

import java.util.Optional;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;

/** A way in that goes through a flow of Keycloak's pages. */
abstract class PageWay extends Way {

    PageWay(TestRealm realm, Inbox inbox) {
        super(realm, inbox);
    }

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

    @Override
    final Outcome go(Holder holder) {
        Walk walk = goOn(withoutSecondFactor(holder), holder);
        if (isIn(walk)) {
            return letIn(holder, tokens(walk));
        }
        Optional<Walk.Page> page = walk.codePage();
        if (page.isEmpty()) {
            return walk.status() == 200 && walk.has("<form") ? Outcome.SET_UP : Outcome.SHUT;
        }
        Walk after = goOn(holder.answer(walk, page.get()), holder);
        if (!isIn(after)) {
            return Outcome.SHUT;
        }
        assertClaimsASecondFactor(tokens(after).field("access_token"));
        return Outcome.ASKED;
    }
}
