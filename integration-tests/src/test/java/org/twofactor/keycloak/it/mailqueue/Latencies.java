package org.twofactor.keycloak.it.mailqueue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How long calls took. */
record Latencies(List<Duration> sorted) {

    Latencies {
        sorted = sorted.stream().sorted().toList();
    }

    static Latencies of(int calls, Runnable call) {
        List<Duration> took = new ArrayList<>();
        for (int number = 0; number < calls; number++) {
            long before = System.nanoTime();
            call.run();
            took.add(Duration.ofNanos(System.nanoTime() - before));
        }
        return new Latencies(took);
    }

    Latencies and(Latencies others) {
        return new Latencies(
                Stream.concat(sorted.stream(), others.sorted.stream()).toList());
    }

    double median() {
        return percentile(50);
    }

    /** In milliseconds. */
    double percentile(int percent) {
        return sorted.get((sorted.size() - 1) * percent / 100).toNanos() / 1e6;
    }

    @Override
    public String toString() {
        return "%d calls, median %.1f ms, p99 %.1f ms".formatted(sorted.size(), median(), percentile(99));
    }
}
