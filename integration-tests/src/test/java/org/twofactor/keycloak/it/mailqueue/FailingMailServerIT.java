package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.EventRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.UnrulySmtp;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** An SMTP server that refuses: for now, for good, or since there is none. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailingMailServerIT {
    private static final String NEVER = "550 no such mailbox";
    private static final int PER_HOUR = 4;

    private final TestRealm realm;
    private final Inbox inbox;
    private final UnrulySmtp smtp;
    private final Metrics metrics;

    FailingMailServerIT(NewRealm newRealm, Inbox inbox, KeycloakServer server) {
        this.inbox = inbox;
        this.smtp = UnrulySmtp.before(inbox, server.mailHost());
        this.metrics = new Metrics(server);
        this.realm = newRealm.settings(Map.of(
                        "mailsPerHour", Integer.toString(PER_HOUR),
                        "resetMailsPerHour", Integer.toString(PER_HOUR)))
                .with(it -> it.getSmtpServer().put("port", Integer.toString(smtp.port())))
                .with(it -> it.setAccessTokenLifespan(86_400))
                .create();
    }

    @AfterAll
    void close() {
        smtp.close();
    }

    @Test
    void S54_aMailThatFailsTwiceIsTriedAgainAfterGrowingPausesAndArrivesOnce() {
        TestUser user = realm.newUser();
        smtp.refuse(user.email(), "451 try again later", "421 too busy");
        assertNothingToSay(EmailEnrolled.setUp(realm, realm.accessToken(user), user.email()));
        String code = EmailEnrolled.code(inbox, user.email());
        assertThat(EmailEnrolled.enable(realm, realm.accessToken(user), code).status())
                .isEqualTo(200);
        assertThat(inbox.all(user.email())).filteredOn(mail -> mail.hasCode()).hasSize(1);
        List<Long> attempts = smtp.attempts(user.email()).subList(0, 3);
        assertThat(Duration.ofNanos(attempts.get(1) - attempts.get(0)))
                .isBetween(Duration.ofMillis(990), Duration.ofSeconds(4));
        assertThat(Duration.ofNanos(attempts.get(2) - attempts.get(1)))
                .isBetween(Duration.ofMillis(4990), Duration.ofSeconds(10));
        assertThat(failures("SEND_VERIFY_EMAIL_ERROR", user)).isEmpty();
    }

    @Test
    void S54_S60_aMailThatIsRefusedForGoodIsNotTriedAgainAndIsAnEventAndAMetric() {
        TestUser user = realm.newUser();
        double before = metrics.value("two_factor_mails_total", "kind=\"enrol\",outcome=\"failed\"");
        smtp.refuse(user.email(), NEVER);
        assertNothingToSay(EmailEnrolled.setUp(realm, realm.accessToken(user), user.email()));
        EventRepresentation event = failure("SEND_VERIFY_EMAIL_ERROR", user, 1);
        assertThat(event.getError()).isEqualTo("email_refused");
        assertThat(event.getDetails()).containsEntry("two_factor_mail", "enrol");
        assertThat(event.getDetails().toString()).doesNotContain(user.email());
        assertThat(metrics.value("two_factor_mails_total", "kind=\"enrol\",outcome=\"failed\""))
                .isGreaterThan(before);
        assertThat(smtp.attempts(user.email())).hasSize(1);
        assertThat(inbox.all(user.email())).isEmpty();
    }

    @Test
    void S60_theLabelsOfTheMetricAreFromFixedSets() {
        EmailEnrolled.in(realm, inbox);
        assertThat(metrics.all("two_factor_mails_total"))
                .isNotEmpty()
                .allSatisfy(sample -> assertThat(sample.labels())
                        .matches(
                                "kind=\"(enrol|challenge|transfer|reset|reset-link|address-taken|enabled|disabled|locked"
                                        + "|recovery-reset|recovery-used|password-changed|email-changed|device-trusted)\","
                                        + "outcome=\"(sent|attempt_failed|failed|dropped|limited)\""));
    }

    @Test
    void S23_S54_aCodeMailThatFailsForGoodGivesTheWaitBackButNotTheHoursCount() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        for (int mail = 1; mail <= PER_HOUR; mail++) {
            smtp.refuse(user.email(), NEVER);
            assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
            failure("SEND_VERIFY_EMAIL_ERROR", user, mail);
            awaitEmptyQueue();
        }
        Answer beyond = EmailEnrolled.setUp(realm, token, user.email());
        assertThat(beyond.message()).isEqualTo("TOO_MANY_OTP_EMAILS");
        assertThat(beyond.retryAfter()).isBetween(3500, 3600);
    }

    @Test
    void S23_aMailThatArrivesGivesNothingBack() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
        inbox.next(user.email());
        awaitEmptyQueue();
        Answer second = EmailEnrolled.setUp(realm, token, user.email());
        assertThat(second.message()).isEqualTo("TOO_MANY_OTP_EMAILS");
        assertThat(second.retryAfter()).isBetween(40, 60);
    }

    @Test
    void S54_aRealmWithoutMailServerSaysSoAndNothingIsSpentOrReplaced(ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String code = user.challengedCode(user.accessToken());
        clock.advance(Duration.ofSeconds(61));
        Map<String, String> settings = realm.admin().toRepresentation().getSmtpServer();
        realm.update(it -> it.setSmtpServer(new HashMap<>()));
        try {
            assertThat(user.challenge(user.accessToken()).message()).isEqualTo("UNABLE_TO_SEND_MAIL");
            assertThat(sendReset(user.user()).message()).isEqualTo("UNABLE_TO_SEND_MAIL");
            Answer sudo = user.authenticate(user.accessToken(), code);
            assertThat(sudo.status()).as("the earlier code is still the code").isEqualTo(200);
            assertThat(realm.api()
                            .post("/user/email/initiate")
                            .bearer(sudo.field("sudoToken"))
                            .json(Map.of("email", "new-" + user.address()))
                            .send()
                            .message())
                    .isEqualTo("UNABLE_TO_SEND_MAIL");
            assertNothingToSay(user.disable(sudo.field("sudoToken")));
            changePassword(user.user(), user.accessToken());
        } finally {
            realm.update(it -> it.setSmtpServer(settings));
        }
        assertNothingToSay(sendReset(user.user()));
        assertNothingToSay(EmailEnrolled.setUp(realm, user.accessToken(), user.address()));
    }

    @Test
    void S51_noMailThatFailsUndoesARemovalOrAChangeOfThePassword() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String sudo = user.sudoToken();
        awaitEmptyQueue();
        smtp.refuse(user.address(), NEVER, NEVER);
        assertNothingToSay(user.disable(sudo));
        changePassword(user.user(), user.accessToken());
        failure("SEND_VERIFY_EMAIL_ERROR", user.user(), 2);
        assertThat(user.methods().json().get("enabled").asBoolean()).isFalse();
    }

    private void changePassword(TestUser user, String token) {
        String wanted = "New" + user.password();
        assertNothingToSay(realm.api()
                .put("/user/password/old-password")
                .bearer(token)
                .json(Map.of("oldPassword", user.password(), "newPassword", wanted))
                .send());
        assertThat(realm.api()
                        .post("/auth/login")
                        .json(Map.of("username", user.username(), "password", wanted))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    private Answer sendReset(TestUser user) {
        return realm.api()
                .post("/user/password/reset/send")
                .json(Map.of("email", user.email()))
                .send();
    }

    /** The last of so many mails that have failed for good. */
    private EventRepresentation failure(String type, TestUser user, int count) {
        return Eventually.find(
                        count + " failures",
                        () -> Optional.of(failures(type, user)).filter(events -> events.size() >= count))
                .get(count - 1);
    }

    private List<EventRepresentation> failures(String type, TestUser user) {
        return realm.events(type).stream()
                .filter(event -> user.id().equals(event.getUserId()))
                .filter(event -> event.getDetails().containsKey("two_factor_mail"))
                .toList();
    }

    private void awaitEmptyQueue() {
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
    }
}
