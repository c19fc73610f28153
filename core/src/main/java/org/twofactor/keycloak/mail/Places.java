package org.twofactor.keycloak.mail;

import java.util.HashMap;
import java.util.Map;

/** The places of the queue. No realm has more than half of them, so that none can keep all others' mails out. */
final class Places {
    private final int all;
    private final int ofOneRealm;
    private final Map<String, Integer> takenBy = new HashMap<>();
    private int taken;

    Places(int all) {
        this.all = all;
        this.ofOneRealm = Math.max(1, all / 2);
    }

    synchronized boolean take(String realmId) {
        int ofThisRealm = takenBy.getOrDefault(realmId, 0);
        if (taken == all || ofThisRealm == ofOneRealm) {
            return false;
        }
        taken++;
        takenBy.put(realmId, ofThisRealm + 1);
        return true;
    }

    synchronized void giveBack(String realmId) {
        taken--;
        takenBy.computeIfPresent(realmId, (id, ofThisRealm) -> ofThisRealm == 1 ? null : ofThisRealm - 1);
    }
}
