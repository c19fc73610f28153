package org.twofactor.keycloak.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.guard.Admission.Refused;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.InMemoryStore;
import org.twofactor.keycloak.store.StoreKey;

class UnknownNamesTest {
    private static final GuessPolicy POLICY =
            new GuessPolicy(5, Duration.ofSeconds(30), Duration.ofMinutes(15), OptionalInt.empty());
    private static final SecretKey REALM_KEY = new SecretKeySpec(new byte[64], "HmacSHA512");

    private final InMemoryStore store = new InMemoryStore();
    private final UnknownNames names = new UnknownNames(store);
    private final Guard guard = new Guard(store);
    private final GuardKey user = new GuardKey(StoreKey.of("guess", "realm", "alice", "password"), Duration.ofDays(1));

    private static BudgetKey name(String name) {
        return BudgetKey.ofUnknownName(REALM_KEY, "realm", name);
    }

    @Test
    void S28_aNameThatNobodyHasIsAnsweredAsAUsersForDays() {
        long seed = 20261127;
        Random random = new Random(seed);
        for (int guess = 0; guess < 500; guess++) {
            assertThat(says(names.admit(name("nobody"), POLICY, store.now())))
                    .as("guess %d of seed %d", guess, seed)
                    .isEqualTo(says(guard.admit(user, POLICY, store.now())));
            store.advance(Duration.ofSeconds(random.nextInt(1200)));
        }
    }

    private static String says(Admission admission) {
        return admission instanceof Refused refused ? "wait " + refused.delay() : "wrong";
    }

    @Test
    void namesAreForgottenADayAfterTheLastGuess() {
        for (int guess = 0; guess < 5; guess++) {
            names.admit(name("nobody"), POLICY, store.now());
        }
        store.advance(Duration.ofDays(1).plusSeconds(2));
        assertThat(store.size()).isZero();
    }
}
