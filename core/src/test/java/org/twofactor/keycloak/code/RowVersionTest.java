package org.twofactor.keycloak.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowVersionTest {

    @Test
    void S66_aRowWithoutAVersionIsOfTheFirst() {
        assertThat(RowVersion.isKnown(null)).isTrue();
        assertThat(RowVersion.isKnown(1)).isTrue();
        assertThat(RowVersion.isKnown(RowVersion.CURRENT)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, RowVersion.CURRENT + 1})
    void S66_aRowOfNoKnownVersionIsNotRead(int version) {
        assertThat(RowVersion.isKnown(version)).isFalse();
    }
}
