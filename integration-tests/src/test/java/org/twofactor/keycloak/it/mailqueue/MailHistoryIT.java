package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/**
 * Random histories of mails, held against the plainest account of them that there is: all times at which one left. One
 * history is the same in each run, the other is new; {@code -Dmail.history.seed} plays the one that a failure names.
 */
@KeycloakTest
class MailHistoryIT {
    private static final long FIXED_SEED = 20261127;
    private static final int STEPS = 100;

    /** Each of these steps brings about a wait and tries it on both sides, whatever came by chance. */
    private static final int STEERED = 10;

    private static final int INTERVAL = 60;
    private static final int PER_HOUR = 4;
    private static final int PER_DAY = 9;

    /** How long before its end a wait is tried. The calls that lie between may take as long. */
    private static final int EARLY = 20;

    private final TestRealm realm;
    private final ServerClock clock;
    private final List<Sent> history = new ArrayList<>();
    private Random random;
    private String where;

    MailHistoryIT(NewRealm newRealm, ServerClock clock) {
        this.realm = newRealm.settings(Map.of(
                        "mailInterval", "" + INTERVAL,
                        "mailsPerHour", "" + PER_HOUR,
                        "mailsPerDay", "" + PER_DAY))
                .with(it -> it.setAccessTokenLifespan(1_000_000))
                .create();
        this.clock = clock;
    }

    private enum Purpose {
        ENROL,
        TRANSFER
    }

    /** A moment that lies between two readings of the clock. */
    private record Between(Instant earliest, Instant latest) {}

    private record Sent(String user, Purpose purpose, String address, Between at) {}

    private record Timed<T>(T answer, Between at) {}

    /** In whole seconds, at least and at most: the server has its own reading of the clock. */
    private record Wait(int least, int most) {}

    static LongStream seeds() {
        return LongStream.of(FIXED_SEED, Long.getLong("mail.history.seed", System.nanoTime()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void S22_S23_nextEmailAndEveryAnswerAgreeWithTheHistory(long seed) {
        random = new Random(seed);
        List<TestUser> users = List.of(realm.newUser(), realm.newUser());
        Map<String, String> tokens = new HashMap<>();
        users.forEach(user -> tokens.put(user.id(), realm.accessToken(user)));
        List<String> addresses =
                List.of("one-" + users.get(0).email(), "two-" + users.get(0).email());
        Map<String, String> pending = new HashMap<>();
        int atTheEdge = 0;
        for (int step = 0; step < STEPS; step++) {
            where = "seed " + seed + ", step " + step;
            TestUser user = pick(users);
            String token = tokens.get(user.id());
            String address = pick(addresses);
            if (step % STEERED == STEERED - 1) {
                sendAsSoonAsItMay(user, token, address);
                pending.put(user.id(), address);
                assertThat(edge(user, token, address)).as(where).isTrue();
                atTheEdge++;
            } else if (pending.containsKey(user.id()) && random.nextInt(3) == 0) {
                atTheEdge += edge(user, token, pending.get(user.id())) ? 1 : 0;
            } else {
                Purpose purpose = pick(List.of(Purpose.values()));
                if (ask(user, token, purpose, address) && purpose == Purpose.ENROL) {
                    pending.put(user.id(), address);
                }
            }
            clock.advance(Duration.ofSeconds(pick(List.of(0, 1, 20, 59, 61, 600, 3000, 20_000))));
        }
        assertThat(atTheEdge).as("waits tried on both sides, %s", where).isGreaterThanOrEqualTo(STEPS / STEERED);
        assertThat(history).as("mails that left, %s", where).hasSizeGreaterThanOrEqualTo(2 * STEPS / STEERED);
    }

    private void sendAsSoonAsItMay(TestUser user, String token, String address) {
        if (!ask(user, token, Purpose.ENROL, address)) {
            int wait = expected(user, Purpose.ENROL, address, now()).most();
            clock.advance(Duration.ofSeconds(wait + 1L));
            assertThat(ask(user, token, Purpose.ENROL, address))
                    .as("after %d s, %s", wait, where)
                    .isTrue();
        }
    }

    /**
     * Asks what next-email says; just before that a mail is refused, just after it is not.
     *
     * @return false where the wait is too short to be tried
     */
    private boolean edge(TestUser user, String token, String address) {
        Timed<Answer> next = timed(() ->
                realm.api().get("/user/2fa/email-otp/next-email").bearer(token).send());
        int duration = next.answer().json().get("duration").asInt();
        assertAgrees(duration, expected(user, Purpose.ENROL, address, next.at()), 0);
        if (duration <= EARLY) {
            return false;
        }
        clock.advance(Duration.ofSeconds(duration - EARLY));
        Answer early = EmailEnrolled.setUp(realm, token, address);
        assertThat(early.message()).as(where).isEqualTo("TOO_MANY_OTP_EMAILS");
        assertThat(early.retryAfter()).as(where).isBetween(1, EARLY);
        clock.advance(Duration.ofSeconds(early.retryAfter()));
        Timed<Answer> inTime = timed(() -> EmailEnrolled.setUp(realm, token, address));
        assertThat(inTime.answer().status()).as(where).isEqualTo(200);
        history.add(new Sent(user.id(), Purpose.ENROL, address, inTime.at()));
        return true;
    }

    private boolean ask(TestUser user, String token, Purpose purpose, String address) {
        Timed<Answer> asked = timed(() -> purpose == Purpose.ENROL
                ? EmailEnrolled.setUp(realm, token, address)
                : realm.api()
                        .post("/user/email/initiate")
                        .bearer(token)
                        .json(Map.of("email", address))
                        .send());
        Wait expected = expected(user, purpose, address, asked.at());
        if (asked.answer().status() == 200) {
            assertThat(expected.least()).as("sent too early, %s", where).isZero();
            history.add(new Sent(user.id(), purpose, address, asked.at()));
            return true;
        }
        assertThat(asked.answer().status()).as(where).isEqualTo(429);
        assertAgrees(asked.answer().retryAfter(), expected, 1);
        return false;
    }

    private void assertAgrees(int seconds, Wait expected, int shortest) {
        assertThat(seconds).as(where).isBetween(Math.max(shortest, expected.least()), expected.most() + 1);
    }

    private <T> Timed<T> timed(Supplier<T> call) {
        Instant before = clock.now();
        T answer = call.get();
        return new Timed<>(answer, new Between(before, clock.now()));
    }

    private Between now() {
        Instant now = clock.now();
        return new Between(now, now);
    }

    private Wait expected(TestUser user, Purpose purpose, String address, Between now) {
        return new Wait(
                expected(user, purpose, address, now.latest(), Between::earliest),
                expected(user, purpose, address, now.earliest(), Between::latest));
    }

    /** The longest of all waits, in whole seconds. */
    private int expected(TestUser user, Purpose purpose, String address, Instant now, Function<Between, Instant> when) {
        long millis =
                Math.max(0, wait(now, when, 1, INTERVAL, it -> it.user().equals(user.id()) && it.purpose() == purpose));
        for (int window : List.of(3600, 86_400)) {
            int count = window == 3600 ? PER_HOUR : PER_DAY;
            millis = Math.max(
                    millis, wait(now, when, count, window, it -> it.user().equals(user.id())));
            millis = Math.max(
                    millis, wait(now, when, count, window, it -> it.address().equals(address)));
        }
        return (int) ((millis + 999) / 1000);
    }

    private long wait(Instant now, Function<Between, Instant> when, int count, int window, Predicate<Sent> counted) {
        List<Sent> all = history.stream().filter(counted).toList();
        return all.size() < count
                ? 0
                : Duration.between(
                                now,
                                when.apply(all.get(all.size() - count).at()).plusSeconds(window))
                        .toMillis();
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
