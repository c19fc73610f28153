package org.twofactor.keycloak.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.FactorId;

class TypedCodeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456",
                " 123 456 ",
                "123-456",
                // A no-break blank, a thin and a narrow one, a figure space, an ideographic one.
                "123\u00A0456",
                "123\u2009456",
                "123\u202F456",
                "123\u2007456",
                "123\u3000456",
                // A soft hyphen, a non-breaking one, en and em dash, minus.
                "123\u00AD456",
                "123\u2011456",
                "123\u2013456",
                "123\u2014456",
                "123\u2212456",
                // Marks of direction, a zero-width space, a byte order mark.
                "\u200E123456\u200F",
                "123\u200B456",
                "\uFEFF123456",
                "123\t456\r\n",
                // Arabic-Indic, Persian, Devanagari, full-width and mathematical digits, the last outside the BMP.
                "\u0661\u0662\u0663\u0664\u0665\u0666",
                "\u06F1\u06F2\u06F3\u06F4\u06F5\u06F6",
                "\u0967\u0968\u0969\u096A\u096B\u096C",
                "\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16",
                "\uD835\uDFCF\uD835\uDFD0\uD835\uDFD1\uD835\uDFD2\uD835\uDFD3\uD835\uDFD4"
            })
    void S59_digitsAreReadHoweverTheyAreTyped(String typed) {
        assertThat(TypedCode.of(FactorId.TOTP, typed)).hasValue(Secret.of("123456"));
        assertThat(TypedCode.of(FactorId.EMAIL_OTP, typed)).hasValue(Secret.of("123456"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ABCD-EFGH-JKLM-2345",
                "ABCD EFGH JKLM 2345",
                "ABCD\u2013EFGH\u2014JKLM\u00A02345\n",
                "\uFF21\uFF22\uFF23\uFF24EFGHJKLM\uFF12\u0663\u096A5"
            })
    void S59_aRecoveryCodeIsReadInGroups(String typed) {
        assertThat(TypedCode.of(FactorId.RECOVERY_CODE, typed)).hasValue(Secret.of("ABCDEFGHJKLM2345"));
    }

    @Test
    void S59_lettersKeepTheirCase() {
        assertThat(TypedCode.of(FactorId.RECOVERY_CODE, "abcd-EFGH-jklm-2345"))
                .hasValue(Secret.of("abcdEFGHjklm2345"))
                .map(RecoveryCode::normalised)
                .hasValue(Secret.of("ABCDEFGHJKLM2345"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"12345", "123456789", "12345a", "12345\u4E00", "123456\uD800", "123\u0000456", "12345\u2460"})
    void S59_whatCannotBeACodeOfDigitsIsNone(String typed) {
        assertThat(TypedCode.of(FactorId.TOTP, typed)).isEmpty();
        assertThat(TypedCode.of(FactorId.EMAIL_OTP, typed)).isEmpty();
        assertThat(TypedCode.isBlank(typed)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1234567", "12345678"})
    void S59_longerCodesAreThoseOfAnAppAndNoMailedOnes(String typed) {
        assertThat(TypedCode.of(FactorId.TOTP, typed)).hasValue(Secret.of(typed));
        assertThat(TypedCode.of(FactorId.EMAIL_OTP, typed)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ABCDEFGHJKLM234",
                "ABCDEFGHJKLM23456",
                // Letters that no recovery code has: look-alikes, an umlaut, a dotless i, the Kelvin sign.
                "ABCDEFGHJKLM2340",
                "ABCDEFGHJKLM234I",
                "ABCDEFGHJKLM234\u00C4",
                "ABCDEFGHJKLM234\u0131",
                "ABCDEFGHJKLM234\u212A",
                "ABCDEFGHJKLM2345\uDC00"
            })
    void S59_whatCannotBeARecoveryCodeIsNone(String typed) {
        assertThat(TypedCode.of(FactorId.RECOVERY_CODE, typed)).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\u00A0\u200E", "---", "\uD83D\uDE00"})
    void whereNothingWasTypedThereIsNoCode(String typed) {
        assertThat(TypedCode.isBlank(typed)).isTrue();
        for (FactorId factor : FactorId.values()) {
            assertThat(TypedCode.of(factor, typed)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(FactorId.class)
    void S56_whatIsNoUnicodeIsNoCodeEvenIfACodeRemains(FactorId factor) {
        String code = factor == FactorId.RECOVERY_CODE ? "ABCDEFGHJKLM2345" : "123456";
        assertThat(TypedCode.of(factor, code)).isPresent();
        assertThat(TypedCode.of(factor, code + "\uD800")).isEmpty();
        assertThat(TypedCode.of(factor, "\u0000" + code)).isEmpty();
    }
}
