package org.twofactor.keycloak.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void S58_aSecretDoesNotPrintItself() {
        assertThat("%s".formatted(Secret.of("123456"))).doesNotContain("123456");
    }

    @Test
    void S07_secretsAreEqualByTheirValue() {
        assertThat(Secret.of("123456")).isEqualTo(Secret.of("123456")).isNotEqualTo(Secret.of("123457"));
    }

    @Test
    void theDigestIsSha256() {
        // FIPS 180-4 example "abc".
        assertThat(Secret.of("abc").digest())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
