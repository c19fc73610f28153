package org.twofactor.keycloak.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.InMemoryStore;
import org.twofactor.keycloak.store.StoreKey;

/** Guesses of one streak that meet each other half way. */
class GuardRaceTest {
    private static final GuessPolicy POLICY =
            new GuessPolicy(5, Duration.ofSeconds(30), Duration.ofHours(1), OptionalInt.of(100));

    /** In one thread, what is half written stays so however often one looks. */
    private static final int ONE_LOOK = 1;

    private final InMemoryStore store = new InMemoryStore();
    private final Guard guard = new Guard(store, ONE_LOOK);
    private final GuardKey key = key("alice");

    private static GuardKey key(String user) {
        return new GuardKey(StoreKey.of("guess", "realm", user, "totp"), Duration.ofDays(40));
    }

    /** Found by sixty-four parallel uses of one right code: the losers wrote down a streak that the winner had ended. */
    @Test
    void aRightGuessIsNotUndoneByOneThatMetItHalfWay() {
        Admitted right = theSixthGuess();
        Guard loser = new Guard(new StoreWithAPause(store, 1, () -> guard.succeeded(key, right)), 1);

        assertThat(loser.admit(key, POLICY, store.now())).isEqualTo(firstOfAll());

        assertThat(guard.failures(key)).isEqualTo(1);
    }

    @Test
    void aStreakThatHasEndedIsNotContinuedByAGuessThatHadReadIt() {
        IntStream.range(0, 5).forEach(failures -> failNow());
        store.advance(Duration.ofSeconds(30));
        Guard late = new Guard(new StoreWithAPause(store, 1, () -> succeedNow(key)), 1);

        assertThat(late.admit(key, POLICY, store.now())).isEqualTo(firstOfAll());

        assertThat(guard.failures(key)).isEqualTo(1);
    }

    @Test
    void theLastEntryOfAStreakKeepsNobodyOutOfTheNext() {
        GuessPolicy quick = new GuessPolicy(1, Duration.ofSeconds(1), Duration.ofSeconds(1), OptionalInt.empty());
        guard.admit(key, quick, store.now());
        store.advance(Duration.ofSeconds(1));
        guard.succeeded(key, (Admitted) guard.admit(key, quick, store.now()));
        guard.admit(key, quick, store.now());
        store.advance(Duration.ofSeconds(1));

        assertThat(guard.admit(key, quick, store.now()))
                .isInstanceOfSatisfying(
                        Admitted.class, second -> assertThat(second.failures()).isEqualTo(2));
    }

    @Test
    void S64_aTimeThatIsNotWrittenYetIsWaitedForRatherThanGuessed() {
        IntStream.range(0, 5).forEach(failures -> failNow());
        store.advance(Duration.ofSeconds(30));
        Instant claimed = store.now();
        store.losePuts(true);
        guard.admit(key, POLICY, claimed);
        store.losePuts(false);
        Guard other = new Guard(
                new StoreWithAPause(
                        store, 1, () -> new Streak(0, 6, Optional.of(claimed), Optional.empty()).write(store, key)),
                1);

        assertThat(other.admit(key, POLICY, claimed.plusSeconds(10))).isEqualTo(new Refused(Duration.ofSeconds(50)));
    }

    private Admitted theSixthGuess() {
        IntStream.range(0, 5).forEach(failures -> failNow());
        store.advance(Duration.ofSeconds(30));
        store.losePuts(true);
        Admitted sixth = (Admitted) guard.admit(key, POLICY, store.now());
        store.losePuts(false);
        return sixth;
    }

    private static Admitted firstOfAll() {
        return new Admitted(1, Streak.NONE);
    }

    @Test
    void S16_ofFiveHundredParallelGuessesFiveAreAdmitted() throws Exception {
        for (int round = 0; round < 20; round++) {
            GuardKey victim = key("victim-" + round);
            assertThat(admittedOf(500, victim)).isEqualTo(5);
            assertThat(guard.failures(victim)).isEqualTo(5);
            assertThat(guard.waitFor(victim, POLICY, store.now())).isEqualTo(Duration.ofSeconds(30));
        }
    }

    @Test
    void S16_afterAParallelBurstWhoseNotesWereLostNoneIsForgotten() throws Exception {
        store.losePuts(true);
        assertThat(admittedOf(500, key)).isEqualTo(5);
        store.losePuts(false);
        store.advance(Duration.ofDays(1));

        assertThat(guard.failures(key)).isEqualTo(5);
        assertThat(guard.admit(key, POLICY, store.now())).isInstanceOf(Refused.class);
    }

    /** Found over two nodes: four claims stayed, and whoever came first after them made a streak of five without a time. */
    @Test
    void theFirstOfFiveParallelGuessesTakesTheClaimsOfTheOthersWithIt() {
        Admitted right = (Admitted) guard.admit(key, POLICY, store.now());
        IntStream.range(0, 4).forEach(failures -> failNow());

        guard.succeeded(key, right);

        assertThat(store.size()).isZero();
    }

    @Test
    void aGuessThatIsUnderWayWhenAnotherOneSucceedsLeavesNoClaimBehind() {
        Admitted wrong = (Admitted) guard.admit(key, POLICY, store.now());
        Admitted right = (Admitted) guard.admit(key, POLICY, store.now());
        Admitted alsoWrong = (Admitted) guard.admit(key, POLICY, store.now());
        assertThat(Stream.of(wrong, right, alsoWrong).map(Admitted::failures)).containsExactly(1, 2, 3);

        guard.succeeded(key, right);

        assertThat(store.size()).isZero();
    }

    private long admittedOf(int guesses, GuardKey victim) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            Guard otherNode = new Guard(store, ONE_LOOK);
            List<Callable<Admission>> all = IntStream.range(0, guesses)
                    .<Callable<Admission>>mapToObj(
                            number -> () -> (number % 2 == 0 ? guard : otherNode).admit(victim, POLICY, store.now()))
                    .toList();
            return threads.invokeAll(all).stream()
                    .flatMap(GuardRaceTest::answer)
                    .filter(Admitted.class::isInstance)
                    .count();
        } finally {
            threads.shutdownNow();
        }
    }

    private static Stream<Admission> answer(Future<Admission> future) {
        try {
            return Stream.of(future.get());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private int failNow() {
        return ((Admitted) guard.admit(key, POLICY, store.now())).failures();
    }

    private void succeedNow(GuardKey user) {
        guard.succeeded(user, (Admitted) guard.admit(user, POLICY, store.now()));
    }
}
