package org.twofactor.keycloak.mail;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Gives no realm more than half of the threads, so that mails of one whose SMTP server hangs hold up no other's. What is
 * over waits here without a thread, until one that works for the same realm takes it on.
 */
final class Lanes {
    private final int threadsOfOneRealm;
    private final Map<String, Lane> lanes = new HashMap<>();

    Lanes(int threads) {
        this.threadsOfOneRealm = Math.max(1, threads / 2);
    }

    /** Does the work in this thread, and then what waits in its lane; or leaves it there. */
    void run(String realmId, Runnable work) {
        Optional<Runnable> next = enter(realmId, work);
        while (next.isPresent()) {
            next.get().run();
            next = leave(realmId);
        }
    }

    private synchronized Optional<Runnable> enter(String realmId, Runnable work) {
        Lane lane = lanes.computeIfAbsent(realmId, id -> new Lane());
        if (lane.busy == threadsOfOneRealm) {
            lane.waiting.add(work);
            return Optional.empty();
        }
        lane.busy++;
        return Optional.of(work);
    }

    private synchronized Optional<Runnable> leave(String realmId) {
        Lane lane = lanes.get(realmId);
        Optional<Runnable> next = Optional.ofNullable(lane.waiting.poll());
        if (next.isEmpty() && --lane.busy == 0) {
            lanes.remove(realmId);
        }
        return next;
    }

    private static final class Lane {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int busy;
    }
}
