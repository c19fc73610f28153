package org.twofactor.keycloak.budget;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One page of a {@link Ledger}: when something happened, for some of those that are counted. As text it is short, since
 * there may be a hundred thousand on all pages together.
 *
 * <p>Each record reads {@code tag.end.first,further,further}: the end of its memory in seconds, the first time in
 * milliseconds, each further one as its distance from the first; numbers to the base of 36.
 */
final class Page {
    private static final int BASE = 36;
    private static final String RECORDS = ";";
    private static final String FIELDS = ".";
    private static final String TIMES = ",";

    private final Map<String, Times> records = new LinkedHashMap<>();

    /** @param end when the last of them is forgotten */
    private record Times(List<Instant> at, Instant end) {}

    static Page of(String text) {
        Page page = new Page();
        if (!text.isEmpty()) {
            for (String record : text.split(RECORDS, -1)) {
                page.read(record);
            }
        }
        return page;
    }

    private void read(String record) {
        String[] fields = record.split("\\" + FIELDS, -1);
        String[] times = fields[2].split(TIMES, -1);
        long first = Long.parseLong(times[0], BASE);
        List<Instant> at = new ArrayList<>();
        at.add(Instant.ofEpochMilli(first));
        for (int further = 1; further < times.length; further++) {
            at.add(Instant.ofEpochMilli(first + Long.parseLong(times[further], BASE)));
        }
        records.put(fields[0], new Times(at, Instant.ofEpochSecond(Long.parseLong(fields[1], BASE))));
    }

    String text() {
        return records.entrySet().stream()
                .map(record -> text(record.getKey(), record.getValue()))
                .collect(Collectors.joining(RECORDS));
    }

    private static String text(String tag, Times times) {
        long first = times.at().get(0).toEpochMilli();
        String at = times.at().stream()
                .skip(1)
                .map(time -> TIMES + Long.toString(time.toEpochMilli() - first, BASE))
                .collect(Collectors.joining("", Long.toString(first, BASE), ""));
        return tag + FIELDS + Long.toString(times.end().getEpochSecond(), BASE) + FIELDS + at;
    }

    /** Oldest first; none where nothing is remembered. */
    List<Instant> times(String tag) {
        Times times = records.get(tag);
        return times == null ? List.of() : List.copyOf(times.at());
    }

    /**
     * Adds a time.
     *
     * @param most how many times are kept; older ones go
     * @param memory for how long after this time the record is kept
     */
    void add(String tag, Instant at, int most, Duration memory) {
        List<Instant> all = new ArrayList<>(times(tag));
        all.add(at.truncatedTo(ChronoUnit.MILLIS));
        all.sort(Comparator.naturalOrder());
        List<Instant> latest = all.subList(Math.max(0, all.size() - most), all.size());
        Instant end = latest.get(latest.size() - 1).plus(memory).plusSeconds(1);
        // Behind the others: the order is that of the last use.
        records.remove(tag);
        records.put(tag, new Times(List.copyOf(latest), end));
    }

    /** Takes a time away, once. */
    void remove(String tag, Instant at) {
        Times times = records.get(tag);
        if (times == null) {
            return;
        }
        List<Instant> left = new ArrayList<>(times.at());
        left.remove(at.truncatedTo(ChronoUnit.MILLIS));
        if (left.isEmpty()) {
            records.remove(tag);
        } else {
            records.put(tag, new Times(left, times.end()));
        }
    }

    /** Drops what is forgotten by now. */
    void prune(Instant now) {
        records.values().removeIf(times -> !now.isBefore(times.end()));
    }

    /** Drops the records that were not used for longest, down to that many. */
    void keep(int most) {
        List<String> oldest = records.keySet().stream()
                .limit(Math.max(0, records.size() - most))
                .toList();
        oldest.forEach(records::remove);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** How long the whole page is worth keeping. */
    Duration memory(Instant now) {
        return records.values().stream()
                .map(times -> Duration.between(now, times.end()))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
