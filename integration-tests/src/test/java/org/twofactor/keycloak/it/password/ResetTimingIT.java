package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.password.TimingComparison.Round;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.KeycloakServer;

/**
 * The calls that are open to everybody take as long for an address that nobody has as for a user's: medians within 5 %,
 * over two thousand of each call in random order, and more where the machine is so busy that these don't tell yet. The
 * figures are in {@code timing-report.md}.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetTimingIT {
    private static final int ADDRESSES_OF_A_KIND = 10;

    /** As many as a code stands, so that each is looked at. */
    private static final int CALLS_PER_ADDRESS = 5;

    private static final int WARM_UP_ROUNDS = 2;
    private static final int FEWEST_ROUNDS = 20;
    private static final int MOST_ROUNDS = 200;
    private static final double LEAST = 0.95;
    private static final double MOST = 1.05;
    private static final Duration HEAD_START = Duration.ofMillis(240);

    private final TestRealm realm;
    private final Inbox inbox;
    private final PasswordCalls calls;
    private final MailQueueGauge queue;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> known;
    private final List<String> unknown;
    private final Random random = new Random(20261127);
    private final StringBuilder report = new StringBuilder("# Password reset: known and unknown addresses\n\n");

    ResetTimingIT(NewRealm newRealm, Inbox inbox, KeycloakServer server) {
        this.realm = newRealm.settings(Map.of(
                        "mailInterval", "0",
                        "resetMailsPerHour", "1000",
                        "resetMailsPerDay", "1000",
                        "resetGuessesPerDay", "1000",
                        "resetFailuresPerHour", "5000"))
                .withoutEvents()
                .create();
        this.inbox = inbox;
        this.calls = new PasswordCalls(realm, inbox);
        this.queue = new MailQueueGauge(server);
        this.known = IntStream.range(0, ADDRESSES_OF_A_KIND)
                .mapToObj(i -> realm.newUser().email())
                .toList();
        this.unknown =
                known.stream().map(address -> address.replace("user-", "nobo-")).toList();
    }

    @AfterAll
    void writeReport() throws IOException {
        Files.writeString(Path.of(System.getProperty("kc.out", "target"), "timing-report.md"), report);
    }

    @Test
    void S27_askingForACodeTakesAsLongForNobodyAsForAUser() {
        TimingComparison comparison = new TimingComparison("POST /user/password/reset/send");
        for (int round = -WARM_UP_ROUNDS; isOpen(comparison); round++) {
            Round times = round(this::send);
            queue.awaitEmpty();
            if (round >= 0) {
                comparison.add(times);
            }
        }
        assertAlike(comparison);
    }

    @Test
    void S27_S30_aWrongGuessTakesAsLongForNobodyAsForAUser() {
        TimingComparison comparison = new TimingComparison("POST /user/password/reset/validate, a wrong code");
        for (int round = -WARM_UP_ROUNDS; isOpen(comparison); round++) {
            Stream.concat(known.stream(), unknown.stream()).forEach(this::send);
            queue.awaitEmpty();
            String wrong = calls.codeOfNobody(known);
            Round times = round(
                    address -> post("validate", "{\"email\":\"" + address + "\",\"otp\":\"" + wrong + "\"}", 401));
            if (round >= 0) {
                comparison.add(times);
            }
        }
        assertAlike(comparison);
    }

    /** However quick it is, whoever waits for the answer could measure it. */
    @Test
    void S27_noMailIsWrittenBesideTheAnswer() {
        String address = realm.newUser().email();
        long start = System.nanoTime();
        send(address);
        inbox.next(address);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(HEAD_START);
    }

    /** Whether more rounds are needed to say that the kinds are alike, or that they are not. */
    private static boolean isOpen(TimingComparison comparison) {
        if (comparison.rounds() < FEWEST_ROUNDS) {
            return true;
        }
        TimingComparison.Interval interval = comparison.intervalOfRounds();
        return comparison.rounds() < MOST_ROUNDS && !interval.isWithin(LEAST, MOST) && !interval.isOutside(LEAST, MOST);
    }

    private void assertAlike(TimingComparison comparison) {
        report.append(comparison.report());
        assertThat(comparison.calls()).isGreaterThanOrEqualTo(2_000);
        assertThat(comparison.medianOfRounds()).as(comparison.report()).isBetween(LEAST, MOST);
    }

    @FunctionalInterface
    private interface TimedCall {
        double nanos(String address);
    }

    /**
     * So few calls that they are over before their mails are written. And not in pairs: whatever a call leaves behind for
     * the next one, each kind must find it as often as the other.
     */
    private Round round(TimedCall call) {
        List<String> order = new ArrayList<>();
        IntStream.range(0, CALLS_PER_ADDRESS).forEach(i -> {
            order.addAll(known);
            order.addAll(unknown);
        });
        Collections.shuffle(order, random);
        List<Double> knownTimes = new ArrayList<>();
        List<Double> unknownTimes = new ArrayList<>();
        for (String address : order) {
            (known.contains(address) ? knownTimes : unknownTimes).add(call.nanos(address));
        }
        return new Round(array(knownTimes), array(unknownTimes));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private double send(String address) {
        return post("send", "{\"email\":\"" + address + "\"}", 200);
    }

    private double post(String path, String body, int expected) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(realm.api().base() + "/user/password/reset/" + path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            long start = System.nanoTime();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            long nanos = System.nanoTime() - start;
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
            return nanos;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
