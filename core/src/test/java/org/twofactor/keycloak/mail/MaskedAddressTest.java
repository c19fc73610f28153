package org.twofactor.keycloak.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedAddressTest {

    @ParameterizedTest
    @CsvSource({
        "alice@example.org, a•••@example.org",
        "ab@example.org, a•••@example.org",
        "a@example.org, •••@example.org",
        "'\"a@b\"@example.org', '\"•••@example.org'",
    })
    void theFirstLetterAndTheDomainAreShownUnlessThatWereAllOfIt(String address, String shown) {
        assertThat(MaskedAddress.of(address)).isEqualTo(shown);
    }
}
