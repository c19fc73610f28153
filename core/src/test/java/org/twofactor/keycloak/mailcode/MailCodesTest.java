package org.twofactor.keycloak.mailcode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.InMemoryStore;

class MailCodesTest {
    private static final String ADDRESS = "alice@example.org";
    private static final Bound BOUND = new Bound("alice", ADDRESS, true);
    private static final Slot SLOT = Slot.of("alice", Purpose.CHALLENGE);

    private final InMemoryStore store = new InMemoryStore();
    private final RealmKeys keys = new RealmKeys();
    private final MailCodes codes = new MailCodes(store, keys, "realm", Settings.of(Map.of()));

    /** One key in service, which a test may replace. */
    private static final class RealmKeys implements MailCodes.Keys {
        private RealmKey active = key("one", 1);

        @Override
        public RealmKey active() {
            return active;
        }

        @Override
        public Optional<RealmKey> ofId(String id) {
            return active.id().equals(id) ? Optional.of(active) : Optional.empty();
        }
    }

    private static RealmKey key(String id, int first) {
        byte[] bytes = new byte[64];
        bytes[0] = (byte) first;
        return new RealmKey(id, new SecretKeySpec(bytes, "HmacSHA512"));
    }

    private Secret issued() {
        return codes.issue(SLOT, BOUND, store.now());
    }

    private static Secret wrong(Secret code) {
        return Secret.of(code.reveal().equals("000000") ? "000001" : "000000");
    }

    private boolean spend(Secret code) {
        return codes.spend(SLOT, ADDRESS, code, store.now());
    }

    @Test
    void aRightCodeIsTakenOnceAndLeavesNothing() {
        Secret code = issued();
        assertThat(spend(code)).isTrue();
        assertThat(spend(code)).isFalse();
        assertThat(store.size()).isZero();
    }

    @Test
    void S11_aCodeLivesTenMinutesAndNotAMomentLonger() {
        Secret code = issued();
        store.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(codes.isAlive(SLOT, ADDRESS, store.now())).isTrue();
        store.advance(Duration.ofMillis(1));
        assertThat(codes.isAlive(SLOT, ADDRESS, store.now())).isFalse();
        assertThat(spend(code)).isFalse();
        assertThat(codes.bound(SLOT)).contains(BOUND);
        store.advance(Duration.ofMinutes(10));
        assertThat(codes.bound(SLOT)).isEmpty();
        assertThat(store.size()).isZero();
    }

    @Test
    void aCodeStandsFiveGuessesAndTheRightOneAfterThemIsRefused() {
        Secret code = issued();
        for (int guess = 1; guess <= 5; guess++) {
            assertThat(codes.isOpen(SLOT, ADDRESS, store.now())).isTrue();
            assertThat(spend(wrong(code))).isFalse();
        }
        assertThat(codes.isOpen(SLOT, ADDRESS, store.now())).isFalse();
        assertThat(codes.isAlive(SLOT, ADDRESS, store.now())).isTrue();
        assertThat(spend(code)).isFalse();
    }

    @Test
    void theFifthGuessMayBeTheRightOne() {
        Secret code = issued();
        IntStream.range(0, 4).forEach(guess -> spend(wrong(code)));
        assertThat(spend(code)).isTrue();
    }

    @Test
    void S12_aNewCodeKillsTheOldOne() {
        Secret old = issued();
        Secret young = issued();
        assertThat(spend(old)).isEqualTo(old.equals(young));
        assertThat(spend(young)).isEqualTo(!old.equals(young));
    }

    @Test
    void S13_aCodeIsGoodForItsSlotAndAddressAlone() {
        Secret code = issued();
        assertThat(codes.spend(Slot.of("bob", Purpose.CHALLENGE), ADDRESS, code, store.now()))
                .isFalse();
        assertThat(codes.spend(Slot.of("alice", Purpose.ENROL), ADDRESS, code, store.now()))
                .isFalse();
        assertThat(codes.spend(SLOT, "other@example.org", code, store.now())).isFalse();
        MailCodes elsewhere = new MailCodes(store, keys, "other-realm", Settings.of(Map.of()));
        assertThat(elsewhere.spend(SLOT, ADDRESS, code, store.now())).isFalse();
        assertThat(spend(code)).isTrue();
    }

    @Test
    void aCodeDiesWithTheKeyThatHashedIt() {
        Secret code = issued();
        keys.active = key("two", 2);
        assertThat(spend(code)).isFalse();
    }

    @Test
    void whatAnotherVersionWroteIsNoCode() {
        issued();
        store.put(
                org.twofactor.keycloak.store.StoreKey.of("code", "realm", "alice", Purpose.CHALLENGE.id()),
                Map.of("id", "x", "hash", "y"),
                Duration.ofMinutes(10));
        assertThat(codes.bound(SLOT)).isEmpty();
        assertThat(codes.turn(SLOT, store.now())).isEmpty();
    }

    @Test
    void aRightGuessThatIsNotTakenDoesNotCount() {
        Secret code = issued();
        for (int guess = 0; guess < 10; guess++) {
            assertThat(codes.turn(SLOT, store.now()).orElseThrow().isRight(ADDRESS, code))
                    .isTrue();
        }
        assertThat(codes.turn(SLOT, store.now()).orElseThrow().take()).isTrue();
    }

    @Test
    void anotherCodeThatCameMeanwhileIsNotTaken() {
        issued();
        MailCodes.Turn turn = codes.turn(SLOT, store.now()).orElseThrow();
        Secret young = issued();
        assertThat(turn.take()).isFalse();
        assertThat(young).isNotNull();
    }

    @Test
    void aDroppedCodeIsGone() {
        Secret code = issued();
        codes.drop(SLOT);
        assertThat(spend(code)).isFalse();
    }

    @Test
    void S62_codesThatNobodyGetsAreAsManyAsTheirPagesHoweverManyAreAskedFor() {
        for (int number = 0; number < 20_000; number++) {
            Slot nobodys = Slot.ofNobody(BudgetKey.ofUnknownName(key("k", 3).key(), "realm", "nobody-" + number));
            codes.issueToNobody(nobodys, "nobody@example.org", store.now());
            IntStream.range(0, 6)
                    .forEach(guess -> codes.turnAtFirst(
                            List.of(Slot.ofAddress("nobody@example.org"), nobodys), Optional.empty(), store.now()));
        }
        assertThat(store.size()).isLessThanOrEqualTo(8_192 * 6);
    }

    /** A code that is refused sooner, since its guesses are used up, would tell by its time that it is nobody's. */
    @Test
    void S27_S30_eachNewCodeOfNobodyStandsAsManyGuessesAsOneOfAUser() {
        Slot nobodys = Slot.ofNobody(BudgetKey.ofUnknownName(key("k", 3).key(), "realm", "nobody"));
        for (int code = 0; code < 3; code++) {
            codes.issueToNobody(nobodys, "nobody@example.org", store.now());
            for (int guess = 0; guess < 5; guess++) {
                assertThat(codes.turn(nobodys, store.now())).isPresent();
            }
            assertThat(codes.turn(nobodys, store.now())).isEmpty();
        }
    }

    @Test
    void S09_ofManyWhoGiveTheRightCodeAtOnceOneTakesIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (int round = 0; round < 50; round++) {
                Secret code = issued();
                List<Callable<Boolean>> all = IntStream.range(0, 16)
                        .<Callable<Boolean>>mapToObj(number -> () -> spend(code))
                        .toList();
                int taken = 0;
                for (var answer : threads.invokeAll(all)) {
                    taken += answer.get() ? 1 : 0;
                }
                assertThat(taken).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
