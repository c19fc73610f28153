package org.twofactor.keycloak.mail;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSessionFactory;

/**
 * A queue with a fixed number of places and a few threads, of both of which one realm has at most half. A mail keeps its
 * place until it has left or its failure is recorded; between two attempts it waits without a thread.
 */
final class PooledMailQueue implements MailQueue {
    private static final Logger LOG = Logger.getLogger(PooledMailQueue.class);

    /** Before the second attempt; each further one waits five times as long. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final int PAUSE_GROWS_BY = 5;
    private static final String STOPPED = "server_stopped";

    private final Options options;
    private final Places places;
    private final Lanes lanes;
    private final ScheduledThreadPoolExecutor threads;
    private final Delivery delivery;
    private final Set<Delivery.Mail> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** @param patience how long a stopping server waits for what is queued */
    record Options(int threads, int places, int attempts, Duration patience) {}

    PooledMailQueue(KeycloakSessionFactory factory, Options options) {
        this.options = options;
        this.places = new Places(options.places());
        this.lanes = new Lanes(options.threads());
        this.delivery = new Delivery(factory);
        this.threads = new ScheduledThreadPoolExecutor(options.threads(), named());
        this.threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        Gauge.builder("two.factor.mail.queue", waiting, Set::size)
                .description("Mails that wait to be sent, or are being sent")
                .register(Metrics.globalRegistry);
    }

    @Override
    public Optional<Place> reserve(String realmId, Asker asker) {
        return !stopping && places.take(realmId, asker)
                ? Optional.of(new OnePlace(() -> places.giveBack(realmId, asker)))
                : Optional.empty();
    }

    private final class OnePlace implements Place {
        private final Runnable giveBack;
        private final AtomicBoolean used = new AtomicBoolean();

        private OnePlace(Runnable giveBack) {
            this.giveBack = giveBack;
        }

        @Override
        public void hand(MailJob job) {
            if (!used.getAndSet(true)) {
                Delivery.Mail mail = delivery.of(job, giveBack);
                waiting.add(mail);
                attempt(mail, 1, job.headStart());
            }
        }

        @Override
        public void release() {
            if (!used.getAndSet(true)) {
                giveBack.run();
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What it throws is caught in send.
    private void attempt(Delivery.Mail mail, int number, Duration pause) {
        try {
            threads.schedule(
                    () -> lanes.run(mail.realmId(), () -> send(mail, number)), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            abandon(mail, STOPPED);
        }
    }

    private void send(Delivery.Mail mail, int number) {
        if (!mail.begin()) {
            return;
        }
        try {
            switch (mail.send()) {
                case DONE -> end(mail);
                case REFUSED -> abandon(mail, "email_refused");
                case FAILED -> failed(mail, number);
            }
        } catch (RuntimeException | Error e) {
            try {
                LOG.errorf(e, "two-factor: a mail (%s) broke", mail);
            } finally {
                abandon(mail, "email_send_failed");
            }
        }
    }

    private void failed(Delivery.Mail mail, int number) {
        if (number == options.attempts()) {
            abandon(mail, "email_send_failed");
        } else if (stopping) {
            abandon(mail, STOPPED);
        } else {
            mail.pause();
            attempt(mail, number + 1, pauseAfter(number));
        }
    }

    private void abandon(Delivery.Mail mail, String reason) {
        if (mail.end()) {
            try {
                mail.abandon(reason);
            } finally {
                leave(mail);
            }
        }
    }

    private void end(Delivery.Mail mail) {
        if (mail.end()) {
            leave(mail);
        }
    }

    private void leave(Delivery.Mail mail) {
        waiting.remove(mail);
        mail.leave();
    }

    /** Sends what can be sent in time, what waits for its next attempt too; what is left is recorded as failed. */
    void stop() {
        stopping = true;
        if (!waiting.isEmpty()) {
            LOG.infof(
                    "two-factor: the server stops, %d mails have %d s to leave",
                    waiting.size(), options.patience().toSeconds());
        }
        threads.getQueue().clear();
        waiting.forEach(mail -> attempt(mail, options.attempts(), Duration.ZERO));
        threads.shutdown();
        try {
            if (!threads.awaitTermination(options.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        Set.copyOf(waiting).forEach(mail -> abandon(mail, STOPPED));
    }

    private static Duration pauseAfter(int attempt) {
        Duration pause = FIRST_PAUSE;
        for (int further = 1; further < attempt; further++) {
            pause = pause.multipliedBy(PAUSE_GROWS_BY);
        }
        return pause;
    }

    private static ThreadFactory named() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "two-factor-mail-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
