package org.twofactor.keycloak.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.settings.Settings.Complaint;

class SettingsTest {

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everyDefaultObeysItsOwnRule(Setting setting) {
        assertThat(setting.complaint(setting.defaultValue())).isEmpty();
        assertThat(setting.complaint("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "codeLifespan, 601, a whole number from 1 to 600",
        "codeLifespan, 0, a whole number from 1 to 600",
        "codeLifespan, 10m, a whole number from 1 to 600",
        "sudoLifespan, 901, a whole number from 1 to 900",
        "partialLifespan, -1, a whole number from 1 to 600",
        "lockAfter, 101, a whole number from 10 to 100",
        "freeGuesses, 0, a whole number from 1 to 10",
        "methods, sms, 'one or more of totp, email-otp'",
        "notices, yes, true or false",
        "forbiddenMailDomains, nonsense, domains such as example.org",
        "mailOrigins, shop, name=theme pairs"
    })
    void S11_aBadValueIsRefusedWithASentenceThatSaysWhatToWrite(String key, String value, String what) {
        assertThat(Settings.complaints(Map.of(key, value)))
                .singleElement()
                .satisfies(complaint -> assertThat(complaint.key()).isEqualTo(key))
                .extracting(Complaint::sentence)
                .asString()
                .contains("write " + what)
                .contains("not '" + value + "'");
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThat(Settings.complaints(Map.of("firstWait", "600", "longestWait", "60")))
                .singleElement()
                .extracting(Complaint::sentence)
                .asString()
                .contains("no larger than Longest wait (longestWait), which is 60");
    }

    @Test
    void S68_emailWithoutEnrolmentNeedsEmailAmongTheMethods() {
        Map<String, String> without = Map.of("methods", "totp", "emailWithoutEnrolment", "true");
        assertThat(Settings.complaints(without))
                .singleElement()
                .extracting(Complaint::sentence)
                .isEqualTo("Email without enrolment (emailWithoutEnrolment): write false, or add email-otp to Methods"
                        + " (methods)");
        assertThat(Settings.of(without).emailWithoutEnrolment()).isFalse();
        assertThat(Settings.of(Map.of("emailWithoutEnrolment", "true")).emailWithoutEnrolment())
                .isTrue();
    }

    @Test
    void aBadValueThatCameInByAnImportIsReplacedByTheDefaultNotObeyed() {
        Settings settings = Settings.of(Map.of("sudoLifespan", "999999", "firstWait", "600", "longestWait", "60"));
        assertThat(settings.sudoLifespan()).hasSeconds(300);
        assertThat(settings.guessPolicy().waitAfter(5)).hasSeconds(30);
        assertThat(settings.guessPolicy().longestWait()).hasHours(1);
    }

    @Test
    void S31_aBadValueFallsToTheServersDefaultAndNoLower() {
        Map<String, String> ofServer = Map.of("freeGuesses", "3", "longestWait", "7200");
        Settings settings =
                Settings.of(Map.of("freeGuesses", "9999", "firstWait", "600", "longestWait", "60"), ofServer);
        assertThat(settings.guessPolicy().freeGuesses()).isEqualTo(3);
        assertThat(settings.guessPolicy().firstWait()).hasSeconds(30);
        assertThat(settings.guessPolicy().longestWait()).hasHours(2);
        assertThat(Settings.of(Map.of("freeGuesses", "2"), ofServer)
                        .guessPolicy()
                        .freeGuesses())
                .isEqualTo(2);
    }

    @Test
    void S31_aBadValueHidesNoContradictionOfTwoOthers() {
        assertThat(Settings.complaints(Map.of("freeGuesses", "9999", "firstWait", "600", "longestWait", "60")))
                .extracting(Complaint::key)
                .containsExactlyInAnyOrder("freeGuesses", "firstWait");
    }

    @Test
    void whatIsSetHolds() {
        Settings settings = Settings.of(Map.of(
                "methods", " totp ",
                "loginClient", " app ",
                "allowedClients", "one, two",
                "totpLevel", "3",
                "lockAfter", "20"));
        assertThat(settings.methods()).containsExactly(FactorId.TOTP);
        assertThat(settings.allows(FactorId.EMAIL_OTP)).isFalse();
        assertThat(settings.allows(FactorId.RECOVERY_CODE)).isTrue();
        assertThat(settings.loginClient()).contains("app");
        assertThat(settings.allowedClients()).containsExactlyInAnyOrder("one", "two");
        assertThat(settings.level(FactorId.TOTP)).isEqualTo(3);
        assertThat(settings.level(FactorId.RECOVERY_CODE)).isEqualTo(2);
        assertThat(settings.guessPolicy().locksAfter(20)).isTrue();
    }

    @Test
    void everySettingOfTheDesignIsThereOnce() {
        assertThat(Stream.of(Setting.values()).map(Setting::key))
                .doesNotHaveDuplicates()
                .hasSize(29);
    }
}
