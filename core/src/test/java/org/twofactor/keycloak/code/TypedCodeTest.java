package org.twofactor.keycloak.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypedCodeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456",
                " 123 456 ",
                "123-456",
                "123\u00A0456",
                "\u200E123456\u200F",
                "123\t456\r\n",
                // Arabic-Indic, Persian, Devanagari and full-width digits.
                "\u0661\u0662\u0663\u0664\u0665\u0666",
                "\u06F1\u06F2\u06F3\u06F4\u06F5\u06F6",
                "\u0967\u0968\u0969\u096A\u096B\u096C",
                "\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16"
            })
    void S59_digitsAreReadHoweverTheyAreTyped(String typed) {
        assertThat(TypedCode.in(typed)).hasValue(Secret.of("123456"));
    }

    @Test
    void S59_lettersKeepTheirCaseAndLoseWhatStandsBetweenThem() {
        assertThat(TypedCode.in("abCD - efGH \u2014 23")).hasValue(Secret.of("abCDefGH23"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\u00A0\u200E", "---", "\uD83D\uDE00"})
    void whereNothingWasTypedThereIsNoCode(String typed) {
        assertThat(TypedCode.in(typed)).isEmpty();
    }
}
