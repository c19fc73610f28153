package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** How a realm stands: how many users have which factor, who is locked, who has none. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminSummaryIT {
    private final TestRealm realm;
    private final SupportDesk desk;
    private final TestUser with;
    private final TestUser locked;
    private final TestUser without;

    AdminSummaryIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("freeGuesses", "10", "lockAfter", "10"))
                .create();
        this.desk = SupportDesk.with(realm, "view-users");
        this.with = realm.newUser(user -> user.setUsername("a-with"));
        this.locked = realm.newUser(user -> user.setUsername("b-locked"));
        this.without = realm.newUser(user -> user.setUsername("c-without"));
        Enrolled.withTotp(realm, with);
        Enrolled victim = Enrolled.withTotp(realm, locked);
        IntStream.range(0, 10)
                .forEach(guess ->
                        victim.totp(victim.accessToken(), victim.device().wrongCode()));
    }

    @Test
    void theSummaryCountsPeopleByFactorAndNoServiceAccounts() {
        JsonNode summary = desk.summary().json();
        // The three, and the agent at the desk; the client with a service account is none.
        assertThat(summary.get("users").asInt()).isEqualTo(4);
        assertThat(summary.get("withTwoFactor").asInt()).isEqualTo(2);
        assertThat(summary.get("withoutTwoFactor").asInt()).isEqualTo(2);
        assertThat(summary.get("locked").asInt()).isEqualTo(1);
        assertThat(summary.get("methods").toString()).isEqualTo("{\"recovery-code\":2,\"totp\":2}");
    }

    @Test
    void thePageTellsOfEachUserWhatIsThereAndWhatIsLocked() {
        JsonNode page = desk.users("").json();
        assertThat(names(page)).startsWith("a-with", "b-locked", "c-without").hasSize(4);
        assertThat(page.get(1).get("id").asText()).isEqualTo(locked.id());
        assertThat(page.get(1).get("email").asText()).isEqualTo(locked.email());
        assertThat(page.get(1).get("enabled").asBoolean()).isTrue();
        assertThat(page.get(1).get("accountEnabled").asBoolean()).isTrue();
        assertThat(page.get(1).get("methods").toString()).isEqualTo("[\"recovery-code\",\"totp\"]");
        assertThat(page.get(1).get("locked").toString()).isEqualTo("[\"totp\"]");
        assertThat(page.get(2).get("enabled").asBoolean()).isFalse();
        assertThat(page.get(2).get("methods")).isEmpty();
        assertThat(page.get(2).get("locked")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "?method=totp, a-with b-locked",
        "?method=recovery-code&locked=false, a-with",
        "?method=webauthn, ''",
        "?enabled=true, a-with b-locked",
        "?enabled=true&locked=true, b-locked",
        "?locked=true, b-locked",
        "?enabled=true&first=1, b-locked",
        "?enabled=true&max=1, a-with",
        "?enabled=true&first=1&max=1, b-locked",
        "?enabled=true&first=2&max=1, ''",
    })
    void aPageIsNarrowedByFactorLockAndPlace(String query, String expected) {
        assertThat(String.join(" ", names(desk.users(query).json()))).isEqualTo(expected);
    }

    @Test
    void whoHasNoSecondFactorIsFound() {
        assertThat(names(desk.users("?enabled=false").json()))
                .contains("c-without")
                .doesNotContain("a-with", "b-locked")
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "?first=2147483648, first: write a whole number from 0 to 2147483647",
        "?first=-1, first: write a whole number from 0 to 2147483647",
        "?max=0, max: write a whole number from 1 to 500",
        "?max=501, max: write a whole number from 1 to 500",
        "?max=many, max: write a whole number from 1 to 500",
        "?locked=yes, locked: write true or false",
        "?enabled=1, enabled: write true or false",
        "'?method=otp%27', 'method: write the name of a second factor, such as totp'",
        "?method=password, 'method: write the name of a second factor, such as totp'",
        "?method=two-factor-lock, 'method: write the name of a second factor, such as totp'",
    })
    void aSlipOfThePenIsRefusedWithASentence(String query, String sentence) {
        Answer answer = desk.users(query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("errorMessage")).isEqualTo(sentence);
    }

    @Test
    void aRealmSeesItsOwnUsersAlone(NewRealm another) {
        TestRealm other = another.create();
        SupportDesk there = SupportDesk.with(other, "view-users");
        assertThat(there.summary().json().get("users").asInt()).isEqualTo(1);
        assertThat(there.summary().json().get("methods")).isEmpty();
        assertThat(there.users("").text()).doesNotContain(with.id(), locked.id(), without.id());
    }

    @Test
    void S68_aVerifiedAddressCountsWhereItIsAFactor(NewRealm another) {
        TestRealm open = another.create();
        SupportDesk there = SupportDesk.with(open, "view-users");
        TestUser proved = open.newUser(user -> user.setUsername("a-proved"));
        open.newUser(user -> {
            user.setUsername("b-unproved");
            user.setEmailVerified(false);
        });
        open.newUser(user -> {
            user.setUsername("c-without-address");
            user.setEmail(null);
        });
        assertThat(there.summary().json().get("methods")).isEmpty();
        assertThat(there.users("?enabled=true").json()).isEmpty();

        open.settings(Map.of("emailWithoutEnrolment", "true"));

        JsonNode summary = there.summary().json();
        // The agent at the desk has a verified address too.
        assertThat(summary.get("withTwoFactor").asInt()).isEqualTo(2);
        assertThat(summary.get("withoutTwoFactor").asInt()).isEqualTo(2);
        assertThat(summary.get("methods").toString()).isEqualTo("{\"email-otp\":2}");
        assertThat(names(there.users("?enabled=false").json())).containsExactly("b-unproved", "c-without-address");
        assertThat(names(there.users("?method=email-otp").json()))
                .contains("a-proved")
                .hasSize(2);
        assertThat(names(there.users("?enabled=true&method=totp").json())).isEmpty();
        JsonNode row = there.users("?enabled=true").json().get(0);
        JsonNode state = there.state(proved).json();
        for (String field : List.of("id", "enabled", "methods")) {
            assertThat(row.get(field)).as(field).isEqualTo(state.get(field));
        }
        assertThat(row.get("methods").toString()).isEqualTo("[\"email-otp\"]");
    }

    @Test
    void S68_aRealmThatWasImportedWithTheStepAloneIsWarnedOfUntilTheSettingIsOn(NewRealm another) {
        TestRealm imported = another.browserFlow(BrowserFlow.anyOf("two-factor-account-email-form"))
                .create();
        SupportDesk there = SupportDesk.with(imported, "view-users");
        assertThat(warnings(there)).containsExactly("EMAIL_AT_ONE_DOOR");

        imported.settings(Map.of("sudoLifespan", "200"));
        assertThat(imported.settings()).containsEntry("sudoLifespan", "200");

        imported.settings(Map.of("emailWithoutEnrolment", "true"));
        assertThat(warnings(there)).isEmpty();
    }

    private static List<String> warnings(SupportDesk desk) {
        List<String> codes = new ArrayList<>();
        desk.summary()
                .json()
                .get("warnings")
                .forEach(warning -> codes.add(warning.get("code").asText()));
        return codes;
    }

    private static List<String> names(JsonNode page) {
        List<String> names = new ArrayList<>();
        page.forEach(user -> names.add(user.get("username").asText()));
        return names;
    }
}
