package org.twofactor.keycloak.code;

import static org.assertj.core.api.Assertions.assertThat;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SealedTest {
    private static final SecretKey KEY = key(1);

    private static SecretKey key(int first) {
        byte[] bytes = new byte[64];
        bytes[0] = (byte) first;
        return new SecretKeySpec(bytes, "HmacSHA512");
    }

    @Test
    void S67_whatIsSealedOpensUnderTheSameKeyAndDomainAlone() {
        String sealed = Sealed.seal(KEY, "device", "the user's id");
        assertThat(sealed).doesNotContain("user").matches("[A-Za-z0-9_-]+");
        assertThat(Sealed.open(KEY, "device", sealed)).contains("the user's id");
        assertThat(Sealed.open(KEY, "ticket", sealed)).isEmpty();
        assertThat(Sealed.open(key(2), "device", sealed)).isEmpty();
        assertThat(Sealed.seal(KEY, "device", "the user's id")).isNotEqualTo(sealed);
    }

    @Test
    void S67_whatIsCutOrChangedDoesNotOpen() {
        String sealed = Sealed.seal(KEY, "device", "text");
        for (int at = 0; at < sealed.length() - 1; at++) {
            char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
            assertThat(Sealed.open(KEY, "device", sealed.substring(0, at) + other + sealed.substring(at + 1)))
                    .as("changed at %d", at)
                    .isEmpty();
            assertThat(Sealed.open(KEY, "device", sealed.substring(0, at)))
                    .as("cut at %d", at)
                    .isEmpty();
        }
        assertThat(Sealed.open(KEY, "device", "not Base64!")).isEmpty();
    }
}
