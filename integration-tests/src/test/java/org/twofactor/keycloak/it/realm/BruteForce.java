package org.twofactor.keycloak.it.realm;

import org.keycloak.representations.idm.RealmRepresentation;

/** Keycloak's own brute force detection, set so that a test meets nothing but the number of failures. */
final class BruteForce {

    private BruteForce() {}

    static void enable(RealmRepresentation realm, int failures) {
        realm.setBruteForceProtected(true);
        realm.setFailureFactor(failures);
        realm.setWaitIncrementSeconds(60);
        realm.setMaxFailureWaitSeconds(900);
        // Two failures within this many milliseconds would lock at once: tests are faster than people.
        realm.setQuickLoginCheckMilliSeconds(0L);
        realm.setMinimumQuickLoginWaitSeconds(60);
    }
}
