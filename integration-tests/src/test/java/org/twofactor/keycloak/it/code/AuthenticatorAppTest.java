package org.twofactor.keycloak.it.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The phone app shows what the standard says it shows. */
class AuthenticatorAppTest {

    /** The seeds of the reference implementation in RFC 6238 Appendix A: the digits over and over, as long as the hash. */
    private static final String DIGITS = "1234567890".repeat(7);

    /** RFC 6238 Appendix B, Test Vectors: the whole table. */
    @ParameterizedTest(name = "at {0}: {2} with {1}")
    @CsvSource({
        "59, SHA1, 94287082",
        "59, SHA256, 46119246",
        "59, SHA512, 90693936",
        "1111111109, SHA1, 07081804",
        "1111111109, SHA256, 68084774",
        "1111111109, SHA512, 25091201",
        "1111111111, SHA1, 14050471",
        "1111111111, SHA256, 67062674",
        "1111111111, SHA512, 99943326",
        "1234567890, SHA1, 89005924",
        "1234567890, SHA256, 91819424",
        "1234567890, SHA512, 93441116",
        "2000000000, SHA1, 69279037",
        "2000000000, SHA256, 90698825",
        "2000000000, SHA512, 38618901",
        "20000000000, SHA1, 65353130",
        "20000000000, SHA256, 77737706",
        "20000000000, SHA512, 47863826",
    })
    void showsTheCodesOfRfc6238(long second, String algorithm, String code) {
        int length = switch (algorithm) {
            case "SHA1" -> 20;
            case "SHA256" -> 32;
            default -> 64;
        };
        byte[] seed = DIGITS.substring(0, length).getBytes(StandardCharsets.US_ASCII);
        AuthenticatorApp app = new AuthenticatorApp(seed, algorithm, 8, Duration.ofSeconds(30));
        assertThat(app.codeAt(Instant.ofEpochSecond(second))).isEqualTo(code);
    }

    @Test
    void scansAnOtpauthUrl() {
        AuthenticatorApp app = AuthenticatorApp.scanning("otpauth://totp/Demo%20realm:maria?issuer=Demo%20realm"
                + "&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=8&period=30");
        assertThat(app.codeAt(Instant.ofEpochSecond(59))).isEqualTo("94287082");
        assertThat(app.secretBits()).isEqualTo(160);
    }

    @Test
    void takesTheUsualDefaultsForWhatTheUrlLeavesOut() {
        AuthenticatorApp app =
                AuthenticatorApp.scanning("otpauth://totp/maria?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assertThat(app.codeAt(Instant.ofEpochSecond(59))).isEqualTo("287082");
        assertThat(app.period()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void knowsAWrongCodeToo() {
        AuthenticatorApp app =
                AuthenticatorApp.scanning("otpauth://totp/maria?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        Instant now = Instant.ofEpochSecond(1_800_000_000);
        assertThat(app.wrongCodeAt(now)).hasSize(6).isNotEqualTo(app.codeAt(now));
    }
}
