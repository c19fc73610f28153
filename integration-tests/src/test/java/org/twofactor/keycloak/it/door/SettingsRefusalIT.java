package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.BadRequestException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.representations.idm.ConfigPropertyRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/**
 * What an administrator saves, by the admin REST that the console uses, is checked: a bad value is refused with a
 * sentence that says what to write, and then nothing of what was saved with it holds.
 */
@KeycloakTest
class SettingsRefusalIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACTION = "CONFIGURE_TWO_FACTOR";

    private final TestRealm realm;

    SettingsRefusalIT(TestRealm realm) {
        this.realm = realm;
    }

    /** A setting that is a number, what it may be, and what it is where nobody set it. */
    record Range(String key, String label, int least, int most, int byDefault) {}

    static Stream<Range> ranges() {
        return Stream.of(
                new Range("sudoLifespan", "Sudo token lifespan", 1, 900, 300),
                new Range("partialLifespan", "Partial auth token lifespan", 1, 600, 300),
                new Range("codeLifespan", "Mail code lifespan", 1, 600, 600),
                new Range("codeGuesses", "Guesses per mail code", 1, 10, 5),
                new Range("pendingTotpLifespan", "TOTP set-up lifespan", 1, 600, 600),
                new Range("freeGuesses", "Free guesses", 1, 10, 5),
                new Range("firstWait", "First wait", 1, 3600, 30),
                new Range("longestWait", "Longest wait", 60, 86_400, 3600),
                new Range("lockAfter", "Lock after", 10, 100, 100),
                new Range("mailInterval", "Mail interval", 0, 3600, 60),
                new Range("mailsPerHour", "Mails per hour", 1, 1000, 10),
                new Range("mailsPerDay", "Mails per day", 1, 10_000, 40),
                new Range("resetMailsPerHour", "Reset mails per hour", 1, 1000, 5),
                new Range("resetMailsPerDay", "Reset mails per day", 1, 10_000, 10),
                new Range("resetGuessesPerDay", "Reset guesses per day", 1, 1000, 50),
                new Range("resetFailuresPerHour", "Reset failures per hour", 10, 5000, 200),
                new Range("totpLevel", "TOTP level", 1, 100, 2),
                new Range("emailOtpLevel", "Email OTP level", 1, 100, 2),
                new Range("recoveryCodeLevel", "Recovery code level", 1, 100, 2));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void S11_S14_S18_S19_S23_S24_S31_aNumberOutsideItsRangeIsRefused(Range range) {
        for (String bad : List.of(
                Integer.toString(range.least() - 1),
                Integer.toString(range.most() + 1),
                "9999999999",
                "-1",
                "+5",
                "5.0",
                "1e2",
                "0x10",
                "five",
                "5 5",
                "5s",
                "\u0665",
                "{0}",
                "<b>")) {
            assertRefused(
                    Map.of(range.key(), bad),
                    "%s (%s): write a whole number from %d to %d, not '%s'"
                            .formatted(range.label(), range.key(), range.least(), range.most(), bad));
        }
    }

    @Test
    void S11_S14_S18_S19_S23_S24_S31_theLeastAndTheMostOfEachNumberAreFine() {
        Map<String, String> before = realm.settings();
        Map<String, String> least = new HashMap<>(before);
        Map<String, String> most = new HashMap<>(before);
        ranges().forEach(range -> {
            least.put(range.key(), Integer.toString(range.least()));
            most.put(range.key(), " " + range.most() + " ");
        });
        realm.settings(least);
        assertThat(realm.settings()).isEqualTo(least);
        realm.settings(most);
        assertThat(realm.settings()).isEqualTo(most);
        // Blank again, which is the default.
        ranges().forEach(range -> most.put(range.key(), ""));
        realm.settings(most);
        assertThat(realm.settings()).containsAllEntriesOf(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "methods              | sms         | Methods (methods): write one or more of totp, email-otp, comma separated",
                "methods              | totp,       | Methods (methods): write one or more of totp, email-otp, comma separated",
                "methods              | TOTP        | Methods (methods): write one or more of totp, email-otp, comma separated",
                "methods              | totp;email-otp | Methods (methods): write one or more of totp, email-otp, comma separated",
                "methods              | recovery-code | Methods (methods): write one or more of totp, email-otp, comma separated",
                "codeInSubject        | yes         | Code in the subject (codeInSubject): write true or false",
                "notices              | 1           | Notices (notices): write true or false",
                "endOtherSessions     | TRUE        | End other sessions (endOtherSessions): write true or false",
                "forbiddenMailDomains | @evil.org   | Forbidden mail domains (forbiddenMailDomains): write domains such as example.org",
                "forbiddenMailDomains | example     | Forbidden mail domains (forbiddenMailDomains): write domains such as example.org",
                "mailOrigins          | shop        | Mail origins (mailOrigins): write name=theme pairs such as shop=shop-theme",
                "mailOrigins          | a=b,c       | Mail origins (mailOrigins): write name=theme pairs such as shop=shop-theme"
            })
    void S37_S53_aWordThatIsNoneOfThoseKnownIsRefused(String key, String value, String sentence) {
        assertRefused(Map.of(key, value), sentence, "not '" + value + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "firstWait,61,longestWait,60",
        "mailsPerHour,41,mailsPerDay,40",
        "resetMailsPerHour,500,resetMailsPerDay,499"
    })
    void S18_S23_twoSettingsThatContradictEachOtherAreRefused(
            String smaller, String tooMuch, String larger, String limit) {
        assertRefused(
                Map.of(smaller, tooMuch, larger, limit),
                "(" + smaller + "): write a number no larger than ",
                "(" + larger + "), which is " + limit);
    }

    @Test
    void S23_aSettingThatContradictsTheDefaultOfAnotherIsRefusedToo() {
        assertRefused(Map.of("mailsPerHour", "41"), "(mailsPerDay), which is 40");
        assertRefused(Map.of("resetMailsPerHour", "11"), "(resetMailsPerDay), which is 10");
    }

    @Test
    void S35_aLoginClientThatIsUnknownConfidentialDisabledOrMayNotLogInIsRefused() {
        assertRefused(
                Map.of("loginClient", "nobody"),
                "Login client (loginClient): write the client ID of a public client of this realm; it has no client 'nobody'");
        String unsuitable =
                "Login client (loginClient): write the client ID of an enabled public client with direct access"
                        + " grants and refresh tokens, and without consent; '%s' is not one";
        assertRefused(Map.of("loginClient", TestClients.BACKEND), unsuitable.formatted(TestClients.BACKEND));
        assertRefused(Map.of("loginClient", "account"), unsuitable.formatted("account"));
        assertRefused(Map.of("loginClient", "broker"), unsuitable.formatted("broker"));

        String other = TestClients.OTHER_APP;
        realm.updateClient(other, it -> it.setDirectAccessGrantsEnabled(false));
        assertRefused(Map.of("loginClient", other), unsuitable.formatted(other));
        realm.updateClient(other, it -> {
            it.setDirectAccessGrantsEnabled(true);
            it.setEnabled(false);
        });
        assertRefused(Map.of("loginClient", other), unsuitable.formatted(other));
        realm.updateClient(other, it -> {
            it.setEnabled(true);
            it.setConsentRequired(true);
        });
        assertRefused(Map.of("loginClient", other), unsuitable.formatted(other));
        realm.updateClient(other, it -> {
            it.setConsentRequired(false);
            it.setAttributes(Map.of("use.refresh.tokens", "false"));
        });
        assertRefused(Map.of("loginClient", other), unsuitable.formatted(other));
        realm.updateClient(other, it -> it.setAttributes(Map.of("use.refresh.tokens", "true")));
        realm.settings(Map.of("loginClient", other));
        realm.settings(Map.of("loginClient", TestClients.APP));
    }

    @Test
    void S32_anAllowedClientThatTheRealmDoesNotHaveIsRefused() {
        assertRefused(
                Map.of("allowedClients", "app, nobody ,no-account"),
                "Allowed clients (allowedClients): write client IDs of this realm; it has no client 'nobody'");
    }

    @Test
    void S11_S31_ofSeveralBadValuesEachHasItsSentenceAndOfGoodOnesBesideThemNoneHolds() {
        Map<String, String> mixed =
                Map.of("sudoLifespan", "100", "codeLifespan", "601", "freeGuesses", "0", "totpLevel", "3");
        assertRefused(
                mixed,
                "Mail code lifespan (codeLifespan): write a whole number from 1 to 600, not '601'",
                "Free guesses (freeGuesses): write a whole number from 1 to 10, not '0'");
    }

    @Test
    void S11_S19_S31_theConsoleIsToldOfAllTwentyNineSettingsWithLabelHelpAndDefault() {
        List<ConfigPropertyRepresentation> properties =
                realm.admin().flows().getRequiredActionConfigDescription(ACTION).getProperties();
        assertThat(properties).hasSize(29).allSatisfy(property -> {
            assertThat(property.getLabel()).isNotBlank();
            assertThat(property.getHelpText()).endsWith(".");
            assertThat(property.getDefaultValue()).isNotNull();
            assertThat(property.isSecret()).isFalse();
        });
        assertThat(properties).extracting(ConfigPropertyRepresentation::getName).doesNotHaveDuplicates();
        List<Range> told = new ArrayList<>();
        ranges().forEach(range -> properties.stream()
                .filter(property -> property.getName().equals(range.key()))
                .filter(property -> property.getLabel().equals(range.label()))
                .filter(property -> property.getHelpText()
                        .endsWith("Write a whole number from %d to %d.".formatted(range.least(), range.most())))
                .filter(property -> property.getDefaultValue().equals(Integer.toString(range.byDefault())))
                .forEach(property -> told.add(range)));
        assertThat(told).containsExactlyElementsOf(ranges().toList());
    }

    private void assertRefused(Map<String, String> changes, String... sentences) {
        Map<String, String> before = realm.settings();
        BadRequestException refusal = catchThrowableOfType(BadRequestException.class, () -> realm.settings(changes));
        assertThat(refusal).as("%s is accepted", changes).isNotNull();
        String body = refusal.getResponse().readEntity(String.class);
        List<String> messages = new ArrayList<>();
        json(body).findValues("errorMessage").forEach(message -> messages.add(message.textValue()));
        assertThat(String.join("\n", messages)).contains(sentences);
        assertThat(realm.settings()).isEqualTo(before);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}
