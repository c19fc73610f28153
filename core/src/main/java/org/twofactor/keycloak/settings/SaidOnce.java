package org.twofactor.keycloak.settings;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What has been said already since the server started. It is bounded: when it is full it forgets, and says things again. */
public final class SaidOnce {
    static final int MOST = 1_000;

    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** Whether it was not said before; from now on it was. */
    public boolean isNew(String sentence) {
        if (said.contains(sentence)) {
            return false;
        }
        if (said.size() >= MOST) {
            said.clear();
        }
        return said.add(sentence);
    }
}
