package org.twofactor.keycloak.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.twofactor.keycloak.SeedInFailure;
import org.twofactor.keycloak.guard.Admission.Admitted;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.InMemoryStore;
import org.twofactor.keycloak.store.StoreKey;

/**
 * Random histories of guesses on two nodes, with lost writes, against a model that simply remembers. A failure names its
 * seed, with which jqwik runs the same histories again.
 */
@AddLifecycleHook(SeedInFailure.class)
class GuardHistoryTest {
    private static final GuessPolicy POLICY =
            new GuessPolicy(3, Duration.ofSeconds(10), Duration.ofSeconds(80), OptionalInt.of(12));

    private enum What {
        WRONG,
        RIGHT,
        WAIT,
        /** As long as the guard says. */
        WAIT_IT_OUT,
        LOST_WRITE
    }

    record Step(What what, boolean otherNode, int seconds) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<What> what = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(6, Arbitraries.just(What.WRONG)),
                net.jqwik.api.Tuple.of(1, Arbitraries.just(What.RIGHT)),
                net.jqwik.api.Tuple.of(3, Arbitraries.just(What.WAIT)),
                net.jqwik.api.Tuple.of(3, Arbitraries.just(What.WAIT_IT_OUT)),
                net.jqwik.api.Tuple.of(1, Arbitraries.just(What.LOST_WRITE)));
        return Combinators.combine(
                        what,
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 30))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(80);
    }

    @Property(tries = 400, seed = "20261127")
    void S16_S18_S22_theGuardAgreesWithAModelThatRemembersAll(@ForAll("histories") List<Step> history) {
        new History(false).play(history);
    }

    @Property(tries = 200)
    void S16_S18_S22_theSameFromAFreshSeed(@ForAll("histories") List<Step> history) {
        new History(false).play(history);
    }

    @Property(tries = 400, seed = "20261128")
    void S64_withLostWritesNoneIsAdmittedTooEarlyAndNoneRefusedForLongerThanOneWait(
            @ForAll("histories") List<Step> history) {
        new History(true).play(history);
    }

    @Property(tries = 200)
    void S64_withLostWritesTheSameFromAFreshSeed(@ForAll("histories") List<Step> history) {
        new History(true).play(history);
    }

    private static final class History {
        private final InMemoryStore store = new InMemoryStore();
        private final List<Guard> nodes = List.of(new Guard(store, 1), new Guard(store, 1));
        private final GuardKey key = new GuardKey(StoreKey.of("guess", "alice"), Duration.ofDays(1));
        private final boolean losesWrites;
        private int failures;
        private Instant last;

        History(boolean losesWrites) {
            this.losesWrites = losesWrites;
        }

        void play(List<Step> history) {
            history.forEach(this::play);
        }

        private void play(Step step) {
            Guard node = nodes.get(step.otherNode() ? 1 : 0);
            switch (step.what()) {
                case WAIT -> store.advance(Duration.ofSeconds(step.seconds()));
                case WAIT_IT_OUT -> store.advance(node.waitFor(key, POLICY, store.now()));
                case LOST_WRITE -> guessWithALostWrite(node);
                case WRONG -> guess(node, false);
                case RIGHT -> guess(node, true);
            }
        }

        private void guessWithALostWrite(Guard node) {
            store.losePuts(losesWrites);
            guess(node, false);
            store.losePuts(false);
            // Somebody comes by, and begins the wait whose beginning is lost.
            Admission next = node.admit(key, POLICY, store.now());
            if (next instanceof Admitted admitted) {
                count(admitted);
            }
        }

        private void guess(Guard node, boolean right) {
            Duration announced = node.waitFor(key, POLICY, store.now());
            Admission admission = node.admit(key, POLICY, store.now());
            if (admission instanceof Refused refused) {
                assertThat(refused.delay()).isEqualTo(announced).isPositive();
                assertThat(refused.delay()).isLessThanOrEqualTo(POLICY.longestWait());
                assertThat(refused.delay()).isGreaterThanOrEqualTo(due());
                if (!losesWrites) {
                    assertThat(refused.delay()).isEqualTo(due());
                }
                return;
            }
            assertThat(announced).isZero();
            assertThat(due()).as("%d failures, the last at %s", failures, last).isZero();
            count((Admitted) admission);
            if (right) {
                node.succeeded(key, (Admitted) admission);
                failures = 0;
                assertThat(store.size()).as("at most the last entry").isLessThanOrEqualTo(1);
            }
        }

        private void count(Admitted admitted) {
            failures++;
            last = store.now();
            assertThat(admitted.failures()).isEqualTo(failures);
        }

        /** What the model says of the next guess. */
        private Duration due() {
            if (POLICY.locksAfter(failures)) {
                return POLICY.longestWait();
            }
            return failures == 0 ? Duration.ZERO : POLICY.waitLeft(failures, last, store.now());
        }
    }
}
