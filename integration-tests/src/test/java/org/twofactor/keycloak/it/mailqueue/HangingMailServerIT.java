package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.UnrulySmtp;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** An SMTP server that takes a connection and then says nothing: who waits for it, and who must not. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HangingMailServerIT {
    private static final int HANGING = 120;
    private static final int CALLS = 120;

    private final Inbox inbox;
    private final UnrulySmtp smtp;
    private final TestRealm stricken;
    private final TestRealm bystander;
    private final Metrics metrics;

    HangingMailServerIT(NewRealm newRealm, NewRealm another, Inbox inbox, KeycloakServer server) {
        Map<String, String> anyNumber = Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "10000");
        this.inbox = inbox;
        this.smtp = UnrulySmtp.before(inbox, server.mailHost());
        this.stricken = newRealm.settings(anyNumber)
                .with(it -> it.getSmtpServer().put("port", Integer.toString(smtp.port())))
                .create();
        this.bystander = another.settings(anyNumber).create();
        this.metrics = new Metrics(server);
    }

    @AfterEach
    void letGo() {
        smtp.goOn();
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
    }

    @AfterAll
    void close() {
        smtp.close();
    }

    @Test
    void S54_neitherAnUnrelatedLogInNorAChallengeWaitsForItAndEveryMailArrivesOnce(TestReporter report) {
        EmailEnrolled user = EmailEnrolled.in(stricken, inbox);
        TestUser unrelated = bystander.newUser();
        Runnable login = () -> assertOk(() -> logIn(unrelated));
        Runnable challenge = () -> assertNothingToSay(user.challenge(user.accessToken()));
        Latencies.of(CALLS, login);
        Latencies.of(CALLS / 2, challenge);

        Latencies loginsBefore = Latencies.of(CALLS, login);
        Latencies challengesBefore = Latencies.of(CALLS, challenge);
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
        int mailsBefore = inbox.all(user.address()).size();

        smtp.hang();
        Latencies challengesMeanwhile = Latencies.of(HANGING, challenge);
        Eventually.holds("mails that hang", () -> smtp.held() > 0);
        // Whatever waited for the mail server would wait for ever: it answers nobody before it is let go.
        Latencies loginsMeanwhile = Latencies.of(CALLS, login);
        assertThat(metrics.value("two_factor_mail_queue", "")).isEqualTo(HANGING);
        assertThat(inbox.all(user.address())).hasSize(mailsBefore);
        smtp.goOn();

        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
        Latencies loginsWithout = loginsBefore.and(Latencies.of(CALLS, login));
        report.publishEntry(Map.of(
                "log-ins without",
                loginsWithout.toString(),
                "log-ins with " + HANGING + " mails hanging",
                loginsMeanwhile.toString(),
                "challenges without",
                challengesBefore.toString(),
                "challenges meanwhile",
                challengesMeanwhile.toString()));
        assertThat(inbox.all(user.address())).hasSize(mailsBefore + HANGING);
    }

    @Test
    void S54_anotherRealmsMailsDoNotWaitForIt() {
        EmailEnrolled user = EmailEnrolled.in(stricken, inbox);
        EmailEnrolled other = EmailEnrolled.in(bystander, inbox);
        smtp.hang();
        for (int mail = 0; mail < 20; mail++) {
            assertNothingToSay(user.challenge(user.accessToken()));
        }
        Eventually.holds("mails that hang", () -> smtp.held() > 0);
        int held = smtp.held();
        String code = other.challengedCode(other.accessToken());
        assertThat(smtp.held()).as("the others still hang").isGreaterThanOrEqualTo(held);
        assertThat(other.authenticate(other.accessToken(), code).status()).isEqualTo(200);
    }

    private Answer logIn(TestUser user) {
        return bystander
                .api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
    }

    private static void assertOk(Supplier<Answer> call) {
        Answer answer = call.get();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
}
