package org.twofactor.keycloak.mail;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jboss.logging.Logger;

/**
 * Gives no realm more than half of the threads, so that mails of one whose SMTP server hangs hold up no other's. What is
 * over waits here without a thread, until one that works for the same realm takes it on.
 */
final class Lanes {
    private static final Logger LOG = Logger.getLogger(Lanes.class);

    private final int threadsOfOneRealm;
    private final Map<String, Lane> lanes = new HashMap<>();

    Lanes(int threads) {
        this.threadsOfOneRealm = Math.max(1, threads / 2);
    }

    /**
     * Does the work in this thread, and then what waits in its lane; or leaves it there. Work that breaks is logged, and
     * neither keeps what waits nor its place in the lane.
     */
    void run(String realmId, Runnable work) {
        Optional<Throwable> fault = Optional.empty();
        Optional<Runnable> next = enter(realmId, work);
        while (next.isPresent()) {
            try {
                next.get().run();
            } catch (RuntimeException | Error e) {
                fault = Optional.of(e);
            }
            next = leave(realmId);
        }
        // Once the lane is left: where memory is out, this may break too.
        fault.ifPresent(it -> LOG.error("two-factor: work in the mail queue broke", it));
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
