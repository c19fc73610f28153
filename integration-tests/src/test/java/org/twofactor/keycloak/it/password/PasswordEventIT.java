package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.EventRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;

/** One event for each of the five calls, success or error, and in none of them what was typed or mailed. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasswordEventIT {
    private final TestRealm realm;
    private final PasswordCalls calls;
    private final TestUser user;

    PasswordEventIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.create();
        this.calls = new PasswordCalls(realm, inbox);
        this.user = realm.newUser();
    }

    @BeforeEach
    void forgetEvents() {
        realm.admin().clearEvents();
    }

    /** Found by black-box tests (found-2026-11-26, 12): an auditor who looked at the user's events saw nothing of resets. */
    @Test
    void S60_S27_anAuditorFindsEveryResetAmongTheUsersEvents() {
        TestUser somebody = realm.newUser();
        String code = calls.sentCode(somebody);
        awaitEvent(somebody, tuple("SEND_RESET_PASSWORD", null, "password-reset-send"));
        calls.validate(somebody.email(), otherThan(code));
        awaitEvent(
                somebody, tuple("CUSTOM_REQUIRED_ACTION_ERROR", "invalid_user_credentials", "password-reset-validate"));
        calls.reset(somebody.email(), otherThan(code), newPassword());
        awaitEvent(somebody, tuple("UPDATE_CREDENTIAL_ERROR", "invalid_user_credentials", "password-reset"));
        String usual = newPassword();
        realm.update(it -> it.setPasswordPolicy("length(" + (usual.length() + 1) + ")"));
        try {
            assertThat(calls.reset(somebody.email(), code, usual).status()).isEqualTo(400);
        } finally {
            realm.update(it -> it.setPasswordPolicy(""));
        }
        calls.reset(somebody.email(), code, usual);
        assertThat(audited(somebody))
                .containsExactlyInAnyOrder(
                        tuple("SEND_RESET_PASSWORD", null, "password-reset-send"),
                        tuple("CUSTOM_REQUIRED_ACTION_ERROR", "invalid_user_credentials", "password-reset-validate"),
                        tuple("UPDATE_CREDENTIAL_ERROR", "invalid_user_credentials", "password-reset"),
                        tuple("UPDATE_CREDENTIAL_ERROR", "bad_request", "password-reset"),
                        tuple("UPDATE_CREDENTIAL", null, "password-reset"));
        assertThat(realm.events(somebody))
                .filteredOn(event -> event.getDetails().containsKey("two_factor_operation"))
                .allSatisfy(PasswordEventIT::hasWhatAnInvestigationNeeds)
                .allSatisfy(event -> assertThat(event.getDetails()).containsEntry("username", somebody.username()));
    }

    @Test
    void S60_S27_aLinkThatIsAskedForAndUsedIsAmongTheUsersEvents() {
        TestUser somebody = realm.newUser();
        assertNothingToSay(calls.forgot(somebody.email()));
        awaitEvent(somebody, tuple("SEND_RESET_PASSWORD", null, "forgot-password"));
        String link = calls.inbox().next(somebody.email()).links().get(0);
        IssuedSecrets.add("reset link", link);
        ResetLinkPages.open(link).submit(newPassword());
        assertThat(realm.events(somebody))
                .extracting(EventRepresentation::getType)
                .as("Keycloak's own page tells of what it does")
                .contains("UPDATE_CREDENTIAL");
    }

    @Test
    void S60_S27_aResetThatIsRefusedInSilenceSaysWhyAmongTheUsersEvents() {
        TestUser disabled = realm.newUser();
        realm.update(disabled, change -> change.setEnabled(false));
        assertNothingToSay(calls.send(disabled.email()));
        awaitEvent(disabled, tuple("SEND_RESET_PASSWORD_ERROR", "user_disabled", "password-reset-send"));
        TestUser without = realm.newUser(change -> change.setCredentials(List.of()));
        assertNothingToSay(calls.forgot(without.email()));
        awaitEvent(without, tuple("SEND_RESET_PASSWORD_ERROR", "not_allowed", "forgot-password"));
    }

    private void awaitEvent(TestUser of, Tuple wanted) {
        Eventually.holds(wanted.toString(), () -> audited(of).contains(wanted));
    }

    private List<Tuple> audited(TestUser of) {
        return realm.events(of).stream()
                .filter(event -> event.getDetails().containsKey("two_factor_operation"))
                .map(event -> tuple(
                        event.getType(), event.getError(), event.getDetails().get("two_factor_operation")))
                .toList();
    }

    @Test
    void S60_aMailThatIsAskedForIsOneEventThatSaysNothingOfAnAccount() {
        assertEvents(calls::send, "password-reset-send", "TOO_MANY_RESET_MAIL_ATTEMPTS");
        assertEvents(calls::forgot, "forgot-password", "LAST_PASSWORD_FORGOT_CALL_WAS_TOO_RECENT");
    }

    private void assertEvents(Function<String, Answer> call, String operation, String reason) {
        String known = realm.newUser().email();
        for (String address : List.of(known, "nobody-" + known)) {
            realm.admin().clearEvents();
            assertNothingToSay(call.apply(address));
            assertThat(call.apply(address).status()).isEqualTo(429);
            assertThat(summaries("SEND_RESET_PASSWORD", "SEND_RESET_PASSWORD_ERROR"))
                    .filteredOn(event -> event.toList().get(4) == null)
                    .containsExactly(
                            tuple("SEND_RESET_PASSWORD", null, operation, null, null),
                            tuple(
                                    "SEND_RESET_PASSWORD_ERROR",
                                    reason.toLowerCase(Locale.ROOT),
                                    operation,
                                    reason,
                                    null));
            assertThat(realm.admin().getEvents())
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allSatisfy(PasswordEventIT::hasWhatAnInvestigationNeeds);
        }
    }

    @Test
    void S60_aResetIsOneEventOfItsTypeWithTheReasonOfAFailure() {
        String code = calls.sentCode(user);
        realm.admin().clearEvents();
        calls.validate(user.email(), otherThan(code));
        calls.validate(user.email(), code);
        calls.reset(user.email(), otherThan(code), newPassword());
        calls.reset(user.email(), code, "short");
        assertNothingToSay(calls.reset(user.email(), code, newPassword()));
        assertThat(summaries("CUSTOM_REQUIRED_ACTION", "CUSTOM_REQUIRED_ACTION_ERROR"))
                .filteredOn(event -> !isWritten(event))
                .containsExactly(
                        wrongCode("CUSTOM_REQUIRED_ACTION_ERROR", "password-reset-validate"),
                        tuple("CUSTOM_REQUIRED_ACTION", null, "password-reset-validate", null, user.id()));
        assertThat(summaries("UPDATE_CREDENTIAL", "UPDATE_CREDENTIAL_ERROR"))
                .filteredOn(event -> !isWritten(event))
                .containsExactly(
                        wrongCode("UPDATE_CREDENTIAL_ERROR", "password-reset"),
                        tuple("UPDATE_CREDENTIAL_ERROR", "bad_request", "password-reset", "BAD_REQUEST", null),
                        tuple("UPDATE_CREDENTIAL", null, "password-reset", null, user.id()));
        assertThat(realm.admin().getEvents())
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(PasswordEventIT::hasWhatAnInvestigationNeeds);
    }

    /** A wrong code's event about its account, which comes when the request is over. */
    private static boolean isWritten(Tuple event) {
        return "invalid_user_credentials".equals(event.toList().get(1))
                && event.toList().get(4) != null;
    }

    private static Tuple wrongCode(String type, String operation) {
        return tuple(type, "invalid_user_credentials", operation, "OTP_INVALID_EXPIRED", null);
    }

    @Test
    void S60_aChangeIsOneEventOfItsTypeAndEachEndedSessionALogout() {
        TestUser other = realm.newUser();
        Sessions others = Sessions.of(realm, other);
        String token = realm.accessToken(other);
        realm.admin().clearEvents();
        calls.change(token, "wrong", newPassword());
        assertNothingToSay(calls.change(token, other.password(), newPassword()));
        assertThat(summaries("UPDATE_CREDENTIAL", "UPDATE_CREDENTIAL_ERROR"))
                .containsExactly(
                        tuple(
                                "UPDATE_CREDENTIAL_ERROR",
                                "invalid_user_credentials",
                                "password-change",
                                "PASSWORD_INCORRECT",
                                other.id()),
                        tuple("UPDATE_CREDENTIAL", null, "password-change", null, other.id()));
        assertThat(realm.events("UPDATE_CREDENTIAL", "UPDATE_CREDENTIAL_ERROR"))
                .allSatisfy(PasswordEventIT::hasWhatAnInvestigationNeeds)
                .extracting(EventRepresentation::getSessionId)
                .containsOnly(Jwt.of(token).claim("sid"));
        assertThat(realm.events("LOGOUT")).hasSize(others.logins().size());
    }

    @Test
    void S58_noEventHoldsAnAddressACodeOrAPassword() {
        TestUser somebody = realm.newUser();
        String code = calls.sentCode(somebody);
        String password = newPassword();
        calls.forgot(somebody.email());
        calls.validate(somebody.email(), code);
        calls.reset(somebody.email(), code, password);
        calls.change(realm.accessToken(new TestUser(somebody.id(), somebody.username(), "", password)), "w", password);
        String events = realm.admin().getEvents().stream()
                .map(event -> event.getDetails() + " " + event.getError())
                .toList()
                .toString();
        assertThat(events).contains("password-reset-send", "forgot-password", "password-reset", "password-change");
        assertThat(events)
                .doesNotContain(somebody.email(), somebody.password(), password)
                .doesNotContainPattern("(?<![0-9A-Za-z-])" + Pattern.quote(code) + "(?![0-9A-Za-z-])");
    }

    private List<Tuple> summaries(String... types) {
        return realm.events(types).stream()
                .map(event -> tuple(
                        event.getType(),
                        event.getError(),
                        event.getDetails().get("two_factor_operation"),
                        event.getDetails().get("reason"),
                        event.getUserId()))
                .toList();
    }

    private static void hasWhatAnInvestigationNeeds(EventRepresentation event) {
        assertThat(event.getClientId()).isEqualTo("app");
        assertThat(event.getIpAddress()).isEqualTo("127.0.0.1");
        assertThat(event.getDetails()).containsEntry("credential_type", "password");
    }
}
