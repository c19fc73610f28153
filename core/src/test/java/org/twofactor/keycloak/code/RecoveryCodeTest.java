package org.twofactor.keycloak.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.keycloak.common.crypto.CryptoIntegration;

class RecoveryCodeTest {

    @BeforeAll
    static void cryptoProvider() {
        CryptoIntegration.setProvider(PlatformCrypto.provider());
    }

    @RepeatedTest(50)
    void S05_aSetHasTenCodesOfSixteenUnmistakableLettersWithTenDifferentFirstOnes() {
        List<String> codes = RecoveryCode.newSet().stream().map(Secret::reveal).toList();
        assertThat(codes).hasSize(10).allMatch(code -> code.matches("[A-HJ-NP-Z2-9]{16}"));
        assertThat(codes.stream().map(code -> code.charAt(0)).collect(Collectors.toSet()))
                .hasSize(10);
    }

    @Test
    void S05_lettersAreUniformAtEveryPlace() {
        int[][] seen = new int[RecoveryCode.LENGTH][RecoveryCode.ALPHABET.length()];
        int sets = 2_000;
        IntStream.range(0, sets)
                .forEach(i -> RecoveryCode.newSet().forEach(code -> {
                    for (int place = 0; place < RecoveryCode.LENGTH; place++) {
                        seen[place][RecoveryCode.ALPHABET.indexOf(code.reveal().charAt(place))]++;
                    }
                }));
        double expected = sets * 10 / 32.0;
        for (int[] place : seen) {
            double chiSquare = Arrays.stream(place)
                    .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                    .sum();
            // 31 degrees of freedom: a fair source exceeds 82 once in 1.9 million places.
            assertThat(chiSquare).isLessThan(82);
        }
    }

    @Test
    void S05_aHashIsSaltedAndKnowsOnlyItsOwnCode() {
        Secret code = Secret.of("ABCDEFGHJKLMNPQR");
        CodeHash one = CodeHash.of(code);
        CodeHash other = CodeHash.of(code);
        assertThat(Set.of(one.salt(), other.salt())).hasSize(2);
        assertThat(Set.of(one.hash(), other.hash())).hasSize(2);
        assertThat(one.matches(code)).isTrue();
        assertThat(one.matches(Secret.of("ABCDEFGHJKLMNPQS"))).isFalse();
        assertThat(one.toString()).doesNotContain(one.hash());
    }

    @Test
    void S06_aGuessCostsExactlyOneHashOfFiveThousandRoundsRightOrWrong() {
        Secret code = Secret.of("ABCDEFGHJKLMNPQR");
        CodeHash hash = CodeHash.of(code);
        assertThat(hash.rounds()).isEqualTo(5_000);
        assertThat(PlatformCrypto.hashesOf(() -> hash.matches(code))).isEqualTo(1);
        assertThat(PlatformCrypto.hashesOf(() -> hash.matches(Secret.of("ABCDEFGHJKLMNPQS"))))
                .isEqualTo(1);
        assertThat(PlatformCrypto.hashesOf(() -> CodeHash.runForNothing(code))).isEqualTo(1);
    }

    @Test
    void caseDoesNotMatter() {
        assertThat(RecoveryCode.normalised(Secret.of("abcdefghjklmnpqr"))).isEqualTo(Secret.of("ABCDEFGHJKLMNPQR"));
    }
}
