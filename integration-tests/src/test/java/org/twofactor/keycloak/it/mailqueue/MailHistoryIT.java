package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/**
 * Random histories of mails, held against the plainest account of them that there is: all times at which one left.
 */
@KeycloakTest
class MailHistoryIT {
    private static final int STEPS = 150;
    private static final int INTERVAL = 60;
    private static final int PER_HOUR = 4;
    private static final int PER_DAY = 9;

    /** What may pass, in real time, while a few calls are made. */
    private static final int SLACK = 3;

    private final TestRealm realm;
    private final long seed = Long.getLong("mail.history.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Sent> history = new ArrayList<>();

    MailHistoryIT(NewRealm newRealm) {
        this.realm = newRealm.settings(Map.of(
                        "mailInterval", "" + INTERVAL,
                        "mailsPerHour", "" + PER_HOUR,
                        "mailsPerDay", "" + PER_DAY))
                .with(it -> it.setAccessTokenLifespan(1_000_000))
                .create();
    }

    private enum Purpose {
        ENROL,
        TRANSFER
    }

    private record Sent(String user, Purpose purpose, String address, Instant at) {}

    @Test
    void S22_S23_nextEmailAndEveryAnswerAgreeWithTheHistory(ServerClock clock, TestReporter report) {
        report.publishEntry("mail.history.seed", Long.toString(seed));
        List<TestUser> users = List.of(realm.newUser(), realm.newUser());
        Map<String, String> tokens = new HashMap<>();
        users.forEach(user -> tokens.put(user.id(), realm.accessToken(user)));
        List<String> addresses =
                List.of("one-" + users.get(0).email(), "two-" + users.get(0).email());
        Map<String, String> pending = new HashMap<>();
        int atTheEdge = 0;
        for (int step = 0; step < STEPS; step++) {
            TestUser user = pick(users);
            String token = tokens.get(user.id());
            if (pending.containsKey(user.id()) && random.nextInt(3) == 0) {
                atTheEdge += edge(user, token, pending.get(user.id()), clock) ? 1 : 0;
            } else {
                Purpose purpose = pick(List.of(Purpose.values()));
                String address = pick(addresses);
                if (ask(user, token, purpose, address, clock) && purpose == Purpose.ENROL) {
                    pending.put(user.id(), address);
                }
            }
            clock.advance(Duration.ofSeconds(pick(List.of(0, 1, 20, 59, 61, 600, 3000, 20_000))));
        }
        report.publishEntry(Map.of("mails", "" + history.size(), "waits tried on both sides", "" + atTheEdge));
        assertThat(history).as("mails that left").hasSizeGreaterThan(STEPS / 10);
        assertThat(atTheEdge).as("waits that were tried on both sides").isGreaterThan(STEPS / 20);
    }

    /** Asks what next-email says; just before that a mail is refused, just after it is not. */
    private boolean edge(TestUser user, String token, String address, ServerClock clock) {
        int expected = expected(user, Purpose.ENROL, address, clock);
        int duration = realm.api()
                .get("/user/2fa/email-otp/next-email")
                .bearer(token)
                .send()
                .json()
                .get("duration")
                .asInt();
        assertThat(duration).isBetween(Math.max(0, expected - SLACK), expected + 1);
        if (duration <= SLACK) {
            return false;
        }
        clock.advance(Duration.ofSeconds(duration - SLACK));
        Answer early = EmailEnrolled.setUp(realm, token, address);
        assertThat(early.message()).isEqualTo("TOO_MANY_OTP_EMAILS");
        assertThat(early.retryAfter()).isBetween(1, SLACK);
        clock.advance(Duration.ofSeconds(early.retryAfter()));
        Instant now = clock.now();
        assertThat(EmailEnrolled.setUp(realm, token, address).status()).isEqualTo(200);
        history.add(new Sent(user.id(), Purpose.ENROL, address, now));
        return true;
    }

    private boolean ask(TestUser user, String token, Purpose purpose, String address, ServerClock clock) {
        int expected = expected(user, purpose, address, clock);
        Instant now = clock.now();
        Answer answer = purpose == Purpose.ENROL
                ? EmailEnrolled.setUp(realm, token, address)
                : realm.api()
                        .post("/user/email/initiate")
                        .bearer(token)
                        .json(Map.of("email", address))
                        .send();
        if (answer.status() == 200) {
            assertThat(expected).as("sent too early").isLessThanOrEqualTo(SLACK);
            history.add(new Sent(user.id(), purpose, address, now));
            return true;
        }
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.retryAfter()).isBetween(Math.max(1, expected - SLACK), expected + 1);
        return false;
    }

    /** The longest of all waits, in whole seconds. */
    private int expected(TestUser user, Purpose purpose, String address, ServerClock clock) {
        Instant now = clock.now();
        long millis = 0;
        millis = Math.max(millis, wait(now, 1, INTERVAL, it -> it.user().equals(user.id()) && it.purpose() == purpose));
        for (int window : List.of(3600, 86_400)) {
            int count = window == 3600 ? PER_HOUR : PER_DAY;
            millis = Math.max(millis, wait(now, count, window, it -> it.user().equals(user.id())));
            millis =
                    Math.max(millis, wait(now, count, window, it -> it.address().equals(address)));
        }
        return (int) ((millis + 999) / 1000);
    }

    private long wait(Instant now, int count, int window, Predicate<Sent> counted) {
        List<Sent> all = history.stream().filter(counted).toList();
        return all.size() < count
                ? 0
                : Duration.between(now, all.get(all.size() - count).at().plusSeconds(window))
                        .toMillis();
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
