package org.twofactor.keycloak.mail;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSessionFactory;

/**
 * A queue with a fixed number of places and a few threads. A mail keeps its place until it has left or failed for good;
 * between two attempts it waits without a thread.
 */
final class PooledMailQueue implements MailQueue {
    private static final Logger LOG = Logger.getLogger(PooledMailQueue.class);

    /** Before the second attempt; each further one waits five times as long. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final int PAUSE_GROWS_BY = 5;

    private final Options options;
    private final Semaphore places;
    private final ScheduledThreadPoolExecutor threads;
    private final Delivery delivery;
    private final Set<Delivery.Mail> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** @param patience how long a stopping server waits for what is queued */
    record Options(int threads, int places, int attempts, Duration patience) {}

    PooledMailQueue(KeycloakSessionFactory factory, Options options) {
        this.options = options;
        this.places = new Semaphore(options.places());
        this.delivery = new Delivery(factory);
        this.threads = new ScheduledThreadPoolExecutor(options.threads(), named());
        this.threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        Gauge.builder("two.factor.mail.queue", waiting, Set::size)
                .description("Mails that wait to be sent, or are being sent")
                .register(Metrics.globalRegistry);
    }

    @Override
    public Optional<Place> reserve() {
        if (stopping || !places.tryAcquire()) {
            return Optional.empty();
        }
        return Optional.of(new OnePlace());
    }

    private final class OnePlace implements Place {
        private final AtomicBoolean free = new AtomicBoolean();

        @Override
        public void hand(MailJob job) {
            if (!free.getAndSet(true)) {
                Delivery.Mail mail = delivery.of(job);
                waiting.add(mail);
                attempt(mail, 1, Duration.ZERO);
            }
        }

        @Override
        public void release() {
            if (!free.getAndSet(true)) {
                places.release();
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What it throws is caught in send.
    private void attempt(Delivery.Mail mail, int number, Duration pause) {
        try {
            threads.schedule(() -> send(mail, number), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            abandon(mail, "server_stopped");
        }
    }

    private void send(Delivery.Mail mail, int number) {
        try {
            switch (mail.send()) {
                case DONE -> leave(mail);
                case REFUSED -> abandon(mail, "email_refused");
                case FAILED -> {
                    if (number < options.attempts()) {
                        attempt(mail, number + 1, pauseAfter(number));
                    } else {
                        abandon(mail, "email_send_failed");
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "two-factor: a mail (%s) broke", mail);
            abandon(mail, "email_send_failed");
        }
    }

    private void abandon(Delivery.Mail mail, String reason) {
        if (leave(mail)) {
            mail.abandon(reason);
        }
    }

    /** @return true for exactly one of those who end a mail */
    private boolean leave(Delivery.Mail mail) {
        boolean first = waiting.remove(mail);
        if (first) {
            places.release();
        }
        return first;
    }

    /** Sends what can be sent in time; what is left is recorded as failed. */
    void stop() {
        stopping = true;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(options.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        Set.copyOf(waiting).forEach(mail -> abandon(mail, "server_stopped"));
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
