package org.twofactor.keycloak.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.settings.GuessPolicy;
import org.twofactor.keycloak.store.InMemoryStore;

class UnknownNamesBoundTest {
    private static final GuessPolicy POLICY =
            new GuessPolicy(5, Duration.ofSeconds(30), Duration.ofMinutes(15), OptionalInt.empty());
    private static final SecretKey REALM_KEY = new SecretKeySpec(new byte[64], "HmacSHA512");

    private final InMemoryStore store = new InMemoryStore();
    private final UnknownNames names = new UnknownNames(store);

    private static BudgetKey name(String name) {
        return BudgetKey.ofUnknownName(REALM_KEY, "realm", name);
    }

    @Test
    void S62_anyNumberOfNamesFillsNoMoreThanItsBook() {
        for (int number = 0; number < 150_000; number++) {
            names.admit(name("nobody-" + number), POLICY, store.now());
        }
        assertThat(store.size()).isBetween(8_000, 8_192);
        long half = store.characters();

        for (int number = 0; number < 50_000; number++) {
            names.admit(name("somebody-" + number), POLICY, store.now());
        }
        assertThat(store.size()).isLessThanOrEqualTo(8_192);
        assertThat(store.characters()).isBetween(half * 9 / 10, half * 11 / 10);
    }
}
