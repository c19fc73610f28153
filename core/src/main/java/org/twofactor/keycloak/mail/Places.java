package org.twofactor.keycloak.mail;

import java.util.HashMap;
import java.util.Map;
import org.twofactor.keycloak.mail.MailQueue.Asker;

/**
 * The places of the queue. No realm has more than half of them, so that none can keep all others' mails out; and of a
 * realm's, what anybody can ask for has no more than half, so that strangers can't keep its users' mails out.
 */
final class Places {
    private final int all;
    private final int ofOneRealm;
    private final int ofAnybody;
    private final Map<String, Taken> takenBy = new HashMap<>();
    private int taken;

    Places(int all) {
        this.all = all;
        this.ofOneRealm = Math.max(1, all / 2);
        this.ofAnybody = Math.max(1, ofOneRealm / 2);
    }

    synchronized boolean take(String realmId, Asker asker) {
        Taken ofThisRealm = takenBy.getOrDefault(realmId, Taken.NONE);
        if (taken == all
                || ofThisRealm.all() == ofOneRealm
                || (asker == Asker.ANYBODY && ofThisRealm.byAnybody() == ofAnybody)) {
            return false;
        }
        taken++;
        takenBy.put(realmId, ofThisRealm.changedBy(1, asker));
        return true;
    }

    synchronized void giveBack(String realmId, Asker asker) {
        taken--;
        takenBy.computeIfPresent(realmId, (id, ofThisRealm) -> {
            Taken left = ofThisRealm.changedBy(-1, asker);
            return left.equals(Taken.NONE) ? null : left;
        });
    }

    private record Taken(int all, int byAnybody) {
        private static final Taken NONE = new Taken(0, 0);

        private Taken changedBy(int places, Asker asker) {
            return new Taken(all + places, asker == Asker.ANYBODY ? byAnybody + places : byAnybody);
        }
    }
}
