package org.twofactor.keycloak.it.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Many at once: all threads wait at one line until each of them has reached it, then start together. */
public final class Parallel {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Parallel() {}

    /** Runs the same task that many times at once. Answers their results, or fails with what one of them failed with. */
    public static <T> List<T> run(int times, Callable<T> task) {
        return run(times, number -> task);
    }

    /** Runs that many tasks at once, each made from its number, 0 first. Results are in that order. */
    public static <T> List<T> run(int times, IntFunction<Callable<T>> tasks) {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        try {
            CountDownLatch ready = new CountDownLatch(times);
            List<Future<T>> futures = new ArrayList<>();
            for (int number = 0; number < times; number++) {
                Callable<T> task = tasks.apply(number);
                futures.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return task.call();
                }));
            }
            List<T> results = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (Future<T> future : futures) {
                results.add(future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError("one of " + times + " parallel tasks failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(times + " parallel tasks were not done within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
