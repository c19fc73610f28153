package org.twofactor.keycloak.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.code.MailCode.Scope;

class MailCodeTest {
    private static final int CODES = 1_000_000;

    /** Of chi-square with 999 degrees of freedom, the value that pure chance exceeds once in a million runs. */
    private static final double IMPLAUSIBLE = 1_224;

    private static final SecretKey KEY = key("a key of the realm");

    @Test
    void S01_codesAreSixDigitsAndUniform() {
        int[] firstHalf = new int[1_000];
        int[] secondHalf = new int[1_000];
        for (int i = 0; i < CODES; i++) {
            String code = MailCode.random().reveal();
            assertThat(code.length()).isEqualTo(6);
            firstHalf[Integer.parseInt(code.substring(0, 3))]++;
            secondHalf[Integer.parseInt(code.substring(3))]++;
        }
        assertThat(chiSquare(firstHalf)).isLessThan(IMPLAUSIBLE);
        assertThat(chiSquare(secondHalf)).isLessThan(IMPLAUSIBLE);
    }

    private static double chiSquare(int[] seen) {
        double expected = (double) CODES / seen.length;
        double sum = 0;
        for (int count : seen) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    @Test
    void S04_S13_theHashDependsOnKeyRealmUserPurposeAddressAndCode() {
        List<String> hashes = new ArrayList<>();
        for (SecretKey key : List.of(KEY, key("another"))) {
            for (String realm : List.of("one", "two")) {
                for (String user : List.of("maria", "mari")) {
                    for (Purpose purpose : Purpose.values()) {
                        for (String address : List.of("a@example.org", "aa@example.org")) {
                            for (String code : List.of("123456", "123457")) {
                                hashes.add(
                                        MailCode.hash(key, new Scope(realm, user, purpose, address), Secret.of(code)));
                            }
                        }
                    }
                }
            }
        }
        assertThat(hashes).hasSize(2 * 2 * 2 * 4 * 2 * 2).doesNotHaveDuplicates();
    }

    @Test
    void S13_partsThatReadAlikeWhenJoinedAreNotAlike() {
        assertThat(MailCode.hash(KEY, new Scope("ab", "c", Purpose.ENROL, "x"), Secret.of("1")))
                .isNotEqualTo(MailCode.hash(KEY, new Scope("a", "bc", Purpose.ENROL, "x"), Secret.of("1")));
    }

    @Test
    void S04_onlyTheRightCodeHasTheHash() {
        Scope scope = new Scope("realm", "user", Purpose.CHALLENGE, "a@example.org");
        String hash = MailCode.hash(KEY, scope, Secret.of("042137"));
        assertThat(hash).doesNotContain("042137");
        assertThat(MailCode.hasHash(KEY, scope, Secret.of("042137"), hash)).isTrue();
        assertThat(MailCode.hasHash(KEY, scope, Secret.of("042138"), hash)).isFalse();
        assertThat(MailCode.hasHash(KEY, scope, Secret.of("042137"), "")).isFalse();
    }

    private static SecretKey key(String text) {
        return new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HmacSHA512");
    }
}
