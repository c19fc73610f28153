package org.twofactor.keycloak.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.InMemoryStore;
import org.twofactor.keycloak.store.InMemoryStore.Cost;
import org.twofactor.keycloak.store.StoreKey;

class GuardTest {
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

    @Test
    void S18_theFifthFailureWaitsThirtySecondsAndEachFurtherOneTwiceAsLong() {
        IntStream.rangeClosed(1, 5).forEach(failures -> assertThat(failNow()).isEqualTo(failures));

        for (int seconds : List.of(30, 60, 120, 240, 480, 960, 1920, 3600, 3600)) {
            assertThat(guard.waitFor(key, POLICY, store.now())).isEqualTo(Duration.ofSeconds(seconds));
            store.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(guard.admit(key, POLICY, store.now())).isEqualTo(new Refused(Duration.ofMillis(1)));
            store.advance(Duration.ofMillis(1));
            failNow();
        }
    }

    @Test
    void S18_noMoreThanFortyGuessesAreAdmittedInADay() {
        Instant end = store.now().plus(Duration.ofDays(1));
        int admitted = 0;
        while (store.now().isBefore(end)) {
            Admission admission = guard.admit(key, POLICY, store.now());
            if (admission instanceof Refused refused) {
                store.advance(refused.delay());
            } else {
                admitted++;
            }
        }
        assertThat(admitted).isBetween(20, 40);
    }

    @Test
    void S19_afterAHundredFailuresNoneIsAdmitted() {
        for (int failures = 1; failures <= 100; failures++) {
            assertThat(failNow()).isEqualTo(failures);
            store.advance(Duration.ofHours(1));
        }
        assertThat(guard.admit(key, POLICY, store.now())).isEqualTo(new Refused(Duration.ofHours(1)));
        assertThat(guard.failures(key)).isEqualTo(100);
    }

    @Test
    void aStreakAfterALockBeginsAnewAndSaysSo() {
        IntStream.range(0, 7).forEach(failures -> {
            failNow();
            store.advance(Duration.ofHours(1));
        });

        guard.startAnewAfterLock(key, store.now());

        assertThat(guard.failures(key)).isZero();
        assertThat(guard.waitFor(key, POLICY, store.now())).isZero();
        Admitted first = (Admitted) guard.admit(key, POLICY, store.now());
        assertThat(first.afterLock()).isTrue();
        assertThat(first.failures()).isEqualTo(1);
        guard.succeeded(key, first);
        store.advance(Duration.ofSeconds(10));
        assertThat(store.size()).isZero();
        assertThat(((Admitted) guard.admit(key, POLICY, store.now())).afterLock())
                .isFalse();
    }

    @Test
    void S61_aSuccessLeavesNothingOrItsEntryForAMomentWhateverFailedBefore() {
        for (int failures = 0; failures < 12; failures++) {
            for (int failed = 0; failed < failures; failed++) {
                failNow();
                store.advance(Duration.ofHours(1));
            }
            succeedNow(key);

            assertThat(store.size()).as("entries after %d failures", failures).isEqualTo(failures < 5 ? 0 : 1);
            assertThat(guard.failures(key)).isZero();
            store.advance(Duration.ofSeconds(10));
            assertThat(store.size()).isZero();
        }
    }

    @Test
    void S61_tenThousandRightCodesOfAHundredUsersLeaveWhatAHundredLeave() {
        for (int round = 0; round < 100; round++) {
            for (int user = 0; user < 100; user++) {
                succeedNow(key("user-" + user));
            }
        }
        assertThat(store.size()).isZero();
    }

    @Test
    void S65_aRightCodeCostsOneReadAndTwoWritesAndAWrongOneOneAndTwo() {
        store.cost();
        succeedNow(key);
        // The third write of a right code is the claim of the code itself, which is its factor's.
        assertThat(store.cost()).isEqualTo(new Cost(1, 2));

        failNow();
        assertThat(store.cost()).isEqualTo(new Cost(1, 1));
        for (int failures = 2; failures <= 4; failures++) {
            failNow();
            assertThat(store.cost()).as("failure %d", failures).isEqualTo(new Cost(failures - 1, 1));
        }
        failNow();
        assertThat(store.cost()).isEqualTo(new Cost(4, 2));
        for (int failures = 6; failures <= 8; failures++) {
            store.advance(Duration.ofHours(1));
            failNow();
            assertThat(store.cost()).as("failure %d", failures).isEqualTo(new Cost(1, 2));
        }
    }

    @Test
    void S65_aBlockedGuessCostsOneReadAndNoWrite() {
        IntStream.range(0, 5).forEach(failures -> failNow());
        store.cost();

        assertThat(guard.admit(key, POLICY, store.now())).isInstanceOf(Refused.class);

        assertThat(store.cost()).isEqualTo(new Cost(1, 0));
    }

    @Test
    void S21_blockedGuessesDoNotLengthenTheWait() {
        IntStream.range(0, 5).forEach(failures -> failNow());
        for (int second = 0; second < 30; second++) {
            assertThat(guard.admit(key, POLICY, store.now())).isEqualTo(new Refused(Duration.ofSeconds(30L - second)));
            store.advance(Duration.ofSeconds(1));
        }
        assertThat(guard.admit(key, POLICY, store.now())).isInstanceOf(Admitted.class);
    }

    @Test
    void S64_claimsWhoseTimeWasLostHealWithinOneWait() {
        for (int lostFrom : List.of(1, 4, 5, 7)) {
            InMemoryStore broken = new InMemoryStore();
            Guard guards = new Guard(broken, ONE_LOOK);
            for (int failures = 1; failures <= 7; failures++) {
                broken.losePuts(failures >= lostFrom);
                assertThat(guards.admit(key, POLICY, broken.now())).isInstanceOf(Admitted.class);
                broken.losePuts(false);
                Admission next = guards.admit(key, POLICY, broken.now());
                if (next instanceof Refused refused) {
                    assertThat(refused.delay()).isLessThanOrEqualTo(POLICY.waitAfter(failures + 1));
                    broken.advance(refused.delay());
                } else {
                    failures++;
                }
            }
        }
    }

    @Test
    void S64_theWaitAfterALostTimeShrinks() {
        IntStream.range(0, 4).forEach(failures -> failNow());
        store.losePuts(true);
        failNow();
        store.losePuts(false);
        store.advance(Duration.ofDays(3));

        assertThat(guard.admit(key, POLICY, store.now())).isEqualTo(new Refused(Duration.ofSeconds(30)));
        store.advance(Duration.ofSeconds(29));
        assertThat(guard.admit(key, POLICY, store.now())).isEqualTo(new Refused(Duration.ofSeconds(1)));
        store.advance(Duration.ofSeconds(1));
        assertThat(((Admitted) guard.admit(key, POLICY, store.now())).failures())
                .isEqualTo(6);
    }

    @Test
    void anAdministratorsWordEndsTheStreak() {
        IntStream.range(0, 5).forEach(failures -> failNow());

        guard.startAnew(key);

        assertThat(store.size()).isZero();
        assertThat(guard.waitFor(key, POLICY, store.now())).isZero();
    }

    @Test
    void aPolicyOfOneFreeGuessWaitsAfterTheFirst() {
        GuessPolicy strict = new GuessPolicy(1, Duration.ofSeconds(10), Duration.ofSeconds(20), OptionalInt.empty());
        guard.admit(key, strict, store.now());
        store.advance(Duration.ofSeconds(4));
        assertThat(guard.admit(key, strict, store.now())).isEqualTo(new Refused(Duration.ofSeconds(6)));
    }

    @Test
    void aNodeWhoseClockIsBehindWaitsNoLongerThanTheWait() {
        IntStream.range(0, 5).forEach(failures -> failNow());

        assertThat(guard.admit(key, POLICY, store.now().minus(Duration.ofMinutes(10))))
                .isEqualTo(new Refused(Duration.ofSeconds(30)));
    }

    private int failNow() {
        return ((Admitted) guard.admit(key, POLICY, store.now())).failures();
    }

    private void succeedNow(GuardKey user) {
        guard.succeeded(user, (Admitted) guard.admit(user, POLICY, store.now()));
    }
}
