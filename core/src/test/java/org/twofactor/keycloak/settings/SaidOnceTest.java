package org.twofactor.keycloak.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SaidOnceTest {
    private final SaidOnce said = new SaidOnce();

    @Test
    void whatWasSaidIsNotSaidAgain() {
        assertThat(said.isNew("one")).isTrue();
        assertThat(said.isNew("two")).isTrue();
        assertThat(said.isNew("one")).isFalse();
    }

    @Test
    void itIsBoundedAndSaysThingsAgainRatherThanGrow() {
        for (int i = 0; i < SaidOnce.MOST; i++) {
            assertThat(said.isNew("sentence " + i)).isTrue();
        }
        assertThat(said.isNew("sentence 0")).as("full, and still known").isFalse();
        assertThat(said.isNew("one more")).isTrue();
        assertThat(said.isNew("sentence 0")).as("it has forgotten").isTrue();
    }
}
