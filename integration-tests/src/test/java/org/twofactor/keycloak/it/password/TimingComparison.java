package org.twofactor.keycloak.it.password;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long the same call took for two kinds of people. The calls come in rounds, both kinds in random order within each,
 * and a round is compared with itself alone: what else the machine does changes from one round to the next.
 */
final class TimingComparison {
    private static final double Z_99 = 2.576;

    private final String call;
    private final List<Round> rounds = new ArrayList<>();

    TimingComparison(String call) {
        this.call = call;
    }

    /** Times in nanoseconds. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares or changes one.
    record Round(double[] known, double[] unknown) {
        double ratio() {
            return median(known) / median(unknown);
        }
    }

    void add(Round round) {
        rounds.add(round);
    }

    int rounds() {
        return rounds.size();
    }

    int calls() {
        return rounds.stream()
                .mapToInt(round -> round.known().length + round.unknown().length)
                .sum();
    }

    /** How the medians of all calls compare: 1 where the kinds are alike. */
    double ratioOfMedians() {
        return median(known()) / median(unknown());
    }

    /** The same of each round for itself, and of these the median: what a machine that is busy at times changes least. */
    double medianOfRounds() {
        return median(rounds.stream().mapToDouble(Round::ratio).toArray());
    }

    /**
     * Where the true median of the rounds lies, at 99 %: the sign test's interval, which asks nothing of the distribution.
     *
     * @see <a href="https://www.itl.nist.gov/div898/software/dataplot/refman1/auxillar/medianci.htm">NIST Dataplot</a>
     */
    Interval intervalOfRounds() {
        double[] ratios = rounds.stream().mapToDouble(Round::ratio).sorted().toArray();
        int outside = (int) Math.max(0, Math.floor((ratios.length - Z_99 * Math.sqrt(ratios.length)) / 2) - 1);
        return new Interval(ratios[outside], ratios[ratios.length - 1 - outside]);
    }

    /** From the one to the other, both included. */
    record Interval(double from, double to) {
        boolean isWithin(double least, double most) {
            return from >= least && to <= most;
        }

        boolean isOutside(double least, double most) {
            return to < least || from > most;
        }
    }

    private double[] known() {
        return rounds.stream()
                .flatMapToDouble(round -> Arrays.stream(round.known()))
                .toArray();
    }

    private double[] unknown() {
        return rounds.stream()
                .flatMapToDouble(round -> Arrays.stream(round.unknown()))
                .toArray();
    }

    /** A section of the report, in Markdown. */
    String report() {
        Sample known = Sample.of(known());
        Sample unknown = Sample.of(unknown());
        Welch welch = Welch.of(known, unknown);
        return String.format(
                Locale.ROOT,
                """
                ## %s

                %d calls in %d rounds, in random order.

                | | calls | median | mean | standard deviation |
                |---|---|---|---|---|
                %s%s
                - medians, known : unknown: **%.4f** over all calls, **%.4f** as the median of the rounds (%s)
                - Welch's t-test: t = %.3f, %.0f degrees of freedom, two-sided p = %.3f

                """,
                call,
                calls(),
                rounds.size(),
                row("known", known, median(known())),
                row("unknown", unknown, median(unknown())),
                ratioOfMedians(),
                medianOfRounds(),
                rounds.stream()
                        .map(round -> String.format(Locale.ROOT, "%.3f", round.ratio()))
                        .toList(),
                welch.t(),
                welch.degreesOfFreedom(),
                welch.p());
    }

    private static String row(String kind, Sample sample, double median) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.3f ms | %.3f ms | %.3f ms |%n",
                kind,
                sample.size(),
                median / 1e6,
                sample.mean() / 1e6,
                Math.sqrt(sample.variance()) / 1e6);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** @param variance of the population, estimated */
    record Sample(int size, double mean, double variance) {
        static Sample of(double[] values) {
            double mean = Arrays.stream(values).average().orElseThrow();
            double squares = Arrays.stream(values)
                    .map(value -> (value - mean) * (value - mean))
                    .sum();
            return new Sample(values.length, mean, squares / (values.length - 1));
        }

        double varianceOfMean() {
            return variance / size;
        }
    }

    /**
     * Whether two means differ, for samples of unequal variance.
     *
     * @param p two-sided; by the normal distribution, which Student's is with so many degrees of freedom
     * @see <a href="https://doi.org/10.1093/biomet/34.1-2.28">B. L. Welch, Biometrika 34 (1947)</a>
     */
    record Welch(double t, double degreesOfFreedom, double p) {
        static Welch of(Sample one, Sample other) {
            double variance = one.varianceOfMean() + other.varianceOfMean();
            double t = (one.mean() - other.mean()) / Math.sqrt(variance);
            double degreesOfFreedom = variance
                    * variance
                    / (one.varianceOfMean() * one.varianceOfMean() / (one.size() - 1)
                            + other.varianceOfMean() * other.varianceOfMean() / (other.size() - 1));
            return new Welch(t, degreesOfFreedom, 2 * upperTail(Math.abs(t)));
        }

        /** Of the standard normal distribution, to seven digits: Abramowitz and Stegun, 26.2.17. */
        private static double upperTail(double x) {
            double k = 1 / (1 + 0.2316419 * x);
            double series =
                    k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
            return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * series;
        }
    }
}
