package org.twofactor.keycloak.it.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.EventRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** Each operation of the mail factor and of the account is one event, right or wrong, and none holds a code. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailEventIT {
    private final TestRealm realm;
    private final Inbox inbox;

    MailEventIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0", "mailsPerHour", "2", "freeGuesses", "1"))
                .create();
        this.inbox = inbox;
    }

    @Test
    void S60_S58_everyStepOfEmailOtpIsOneEvent() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        realm.admin().clearEvents();
        EmailEnrolled.enable(realm, token, "000000");
        EmailEnrolled.setUp(realm, token, "no address");
        EmailEnrolled.setUp(realm, token, user.email());
        String code = EmailEnrolled.code(inbox, user.email());
        EmailEnrolled.enable(realm, token, code);
        EmailEnrolled enrolled = EmailEnrolled.of(realm, inbox, user, user.email(), token);
        String partial = enrolled.partialToken();
        String challenged = enrolled.challengedCode(partial);
        enrolled.challenge(partial);
        String sudo = enrolled.authenticate(partial, challenged).field("sudoToken");
        enrolled.authenticate(token, challenged);
        enrolled.authenticate(token, challenged);
        enrolled.disable(sudo);
        enrolled.disable(sudo);
        String mail = "SEND_VERIFY_EMAIL";
        assertThat(realm.events(user))
                .filteredOn(
                        event -> !"recovery-code-made".equals(event.getDetails().get("two_factor_operation")))
                .extracting(
                        EventRepresentation::getType,
                        EventRepresentation::getError,
                        event -> event.getDetails().get("reason"),
                        event -> event.getDetails().get("two_factor_operation"),
                        event -> event.getDetails().get("credential_type"))
                .containsExactly(
                        failed("UPDATE_CREDENTIAL", "email_otp_uninitialized", "enable"),
                        tuple(mail + "_ERROR", "bad_request", "BAD_REQUEST", "email-otp-setup", "email-otp"),
                        done(mail, "setup"),
                        done("UPDATE_CREDENTIAL", "enable"),
                        tuple("LOGIN_ERROR", "mfa_required", null, "login", null),
                        done(mail, "challenge"),
                        failed(mail, "too_many_otp_emails", "challenge"),
                        done("LOGIN", "authenticate"),
                        tuple(
                                "LOGIN_ERROR",
                                "invalid_user_credentials",
                                "OTP_INVALID_EXPIRED",
                                "email-otp-authenticate",
                                "email-otp"),
                        failed("LOGIN", "too_many_otp_checks", "authenticate"),
                        done("REMOVE_CREDENTIAL", "disable"),
                        failed("REMOVE_CREDENTIAL", "email_otp_already_inactive", "disable"));
        assertThat(realm.events(user)).allSatisfy(event -> {
            assertThat(event.getClientId()).isEqualTo("app");
            assertThat(event.getIpAddress()).isEqualTo("127.0.0.1");
        });
        assertNoSecretInEvents();
    }

    @Test
    void S60_S58_everyStepOfATransferIsOneEventThatNamesBothAddresses() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String session = Jwt.of(token).claim("sid");
        String wanted = "new-" + user.email();
        realm.admin().clearEvents();
        String code = Transfer.initiatedCode(realm, inbox, token, wanted);
        Transfer.complete(realm, token, code);
        Transfer.complete(realm, token, otherThan(code));
        Transfer.complete(realm, token, code);
        Transfer.initiate(realm, token, user.email());
        Transfer.initiate(realm, token, "third-" + user.email());
        assertThat(realm.events(user))
                .extracting(
                        EventRepresentation::getType,
                        EventRepresentation::getError,
                        event -> event.getDetails().get("reason"),
                        event -> event.getDetails().get("two_factor_operation"))
                .containsExactly(
                        tuple("SEND_VERIFY_EMAIL", null, null, "email-initiate"),
                        tuple("UPDATE_EMAIL", null, null, "email-complete"),
                        tuple(
                                "UPDATE_EMAIL_ERROR",
                                "invalid_user_credentials",
                                "OTP_INVALID_EXPIRED",
                                "email-complete"),
                        tuple("UPDATE_EMAIL_ERROR", "too_many_otp_checks", "TOO_MANY_OTP_CHECKS", "email-complete"),
                        tuple("SEND_VERIFY_EMAIL", null, null, "email-initiate"),
                        tuple(
                                "SEND_VERIFY_EMAIL_ERROR",
                                "too_many_transfer_attempts",
                                "TOO_MANY_TRANSFER_ATTEMPTS",
                                "email-initiate"));
        assertThat(realm.events(user))
                .allSatisfy(event -> assertThat(event.getSessionId()).isEqualTo(session));
        assertThat(realm.events(user).get(1).getDetails())
                .containsEntry("previous_email", user.email())
                .containsEntry("updated_email", wanted);
        assertNoSecretInEvents();
    }

    @Test
    void S60_S50_aTakenAddressLooksInTheEventsAsAFreeOneDoes() {
        TestUser owner = realm.newUser();
        TestUser curious = realm.newUser();
        String token = realm.accessToken(curious);
        realm.admin().clearEvents();
        Transfer.initiate(realm, token, owner.email());
        Transfer.initiate(realm, token, "free-" + owner.email());
        inbox.next("free-" + owner.email());
        inbox.next(owner.email());
        assertThat(realm.events(curious))
                .extracting(
                        EventRepresentation::getType, EventRepresentation::getError, EventRepresentation::getDetails)
                .hasSize(2)
                .satisfies(events -> assertThat(events.get(0)).isEqualTo(events.get(1)));
        assertThat(realm.events(owner)).isEmpty();
    }

    private static Tuple done(String type, String step) {
        return tuple(type, null, null, "email-otp-" + step, "email-otp");
    }

    private static Tuple failed(String type, String error, String step) {
        return tuple(
                type + "_ERROR", error, error.toUpperCase(java.util.Locale.ROOT), "email-otp-" + step, "email-otp");
    }

    private void assertNoSecretInEvents() {
        String events = realm.admin().getEvents().stream()
                .map(event -> event.getDetails() + " " + event.getError())
                .toList()
                .toString();
        assertThat(IssuedSecrets.all())
                .isNotEmpty()
                .allSatisfy((secret, kind) -> assertThat(events)
                        .as(kind)
                        .doesNotContainPattern("(?<![0-9A-Za-z])" + Pattern.quote(secret) + "(?![0-9A-Za-z])"));
    }
}
