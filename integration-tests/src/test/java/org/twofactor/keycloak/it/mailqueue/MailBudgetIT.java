package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** How many mails leave at most, whoever asks for them, and however many ask at once. */
@KeycloakTest
class MailBudgetIT {
    private static final int AT_ONCE = 64;
    private static final int PER_HOUR = 10;

    private final TestRealm standard;
    private final TestRealm withoutInterval;
    private final Inbox inbox;
    private final Metrics metrics;

    MailBudgetIT(NewRealm standard, NewRealm withoutInterval, Inbox inbox, KeycloakServer server) {
        this.standard = standard.create();
        this.withoutInterval = withoutInterval
                .settings(Map.of("mailInterval", "0"))
                .with(it -> it.setAccessTokenLifespan(200_000))
                .create();
        this.inbox = inbox;
        this.metrics = new Metrics(server);
    }

    @Test
    void S23_sixtyFourChallengesAtOnceAreOneMail() {
        EmailEnrolled user = EmailEnrolled.in(standard, inbox);
        awaitEmptyQueue();
        int before = codeMailsTo(user.address());
        List<Answer> answers = Parallel.run(AT_ONCE, () -> user.challenge(user.accessToken()));
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 200)
                .allMatch(answer -> answer.message().equals("TOO_MANY_OTP_EMAILS"))
                .allMatch(answer -> answer.retryAfter() >= 1 && answer.retryAfter() <= 60);
        awaitEmptyQueue();
        assertThat(codeMailsTo(user.address())).isEqualTo(before + 1);
        assertThat(user.authenticate(user.accessToken(), user.nextCode()).status())
                .as("the code that arrived is the one that counts")
                .isEqualTo(200);
    }

    @Test
    void S23_theWaitIsSixtySecondsAndNobodyElsesAndNoOtherPurposes(ServerClock clock) {
        TestUser user = standard.newUser();
        String token = standard.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(standard, token, user.email()));
        assertThat(EmailEnrolled.setUp(standard, token, user.email()).message()).isEqualTo("TOO_MANY_OTP_EMAILS");
        assertThat(EmailEnrolled.setUp(standard, token, "other-" + user.email()).message())
                .as("to another address of the same user")
                .isEqualTo("TOO_MANY_OTP_EMAILS");
        assertNothingToSay(transfer(standard, token, "new-" + user.email()));
        assertNothingToSay(standard.api()
                .post("/user/password/reset/send")
                .json(Map.of("email", user.email()))
                .send());
        TestUser neighbour = standard.newUser();
        assertNothingToSay(EmailEnrolled.setUp(standard, standard.accessToken(neighbour), user.email()));

        int left = EmailEnrolled.setUp(standard, token, user.email()).retryAfter();
        assertThat(left).isBetween(20, 60);
        clock.advance(Duration.ofSeconds(left - 5));
        Answer early = EmailEnrolled.setUp(standard, token, user.email());
        assertThat(early.message()).isEqualTo("TOO_MANY_OTP_EMAILS");
        clock.advance(Duration.ofSeconds(early.retryAfter()));
        assertNothingToSay(EmailEnrolled.setUp(standard, token, user.email()));
    }

    @Test
    void S23_anAddressGetsTenAnHourAndFortyADayOverAllItsUsers(ServerClock clock) {
        String address = withoutInterval.newUser().email();
        List<TestUser> users = newUsers(2);
        List<String> tokens = users.stream().map(withoutInterval::accessToken).toList();
        for (int hour = 0; hour < 4; hour++) {
            for (int mail = 0; mail < PER_HOUR; mail++) {
                assertNothingToSay(EmailEnrolled.setUp(withoutInterval, tokens.get(mail % 2), address));
            }
            assertThat(EmailEnrolled.setUp(withoutInterval, tokens.get(0), address)
                            .retryAfter())
                    .isBetween(hour < 3 ? 3500 : 86_400 - 3 * 3600 - 100, hour < 3 ? 3600 : 86_400 - 3 * 3600);
            assertNothingToSay(EmailEnrolled.setUp(withoutInterval, tokens.get(0), hour + "-" + address));
            clock.advance(Duration.ofHours(1));
        }
        assertThat(EmailEnrolled.setUp(withoutInterval, tokens.get(1), address).retryAfter())
                .as("forty in a day")
                .isBetween(86_400 - 4 * 3600 - 100, 86_400 - 4 * 3600);
        clock.moveTo(Duration.ofDays(1).plusSeconds(30));
        assertNothingToSay(EmailEnrolled.setUp(withoutInterval, tokens.get(1), address));
    }

    @Test
    void S23_aUserGetsTenAnHourOverAllAddressesAndPurposesEvenAtOnce() {
        TestUser user = withoutInterval.newUser();
        String token = withoutInterval.accessToken(user);
        List<Answer> answers = Parallel.run(
                AT_ONCE,
                number -> () -> number % 2 == 0
                        ? EmailEnrolled.setUp(withoutInterval, token, number + "-" + user.email())
                        : transfer(withoutInterval, token, number + "-" + user.email()));
        assertExactlyTen(answers);
        assertThat(inbox.all())
                .filteredOn(mail -> mail.to().endsWith("-" + user.email()))
                .hasSize(PER_HOUR);
    }

    @Test
    void S23_aStormOfManyUsersOnOneAddressIsTenMails() {
        String address = withoutInterval.newUser().email();
        List<String> tokens =
                newUsers(16).stream().map(withoutInterval::accessToken).toList();
        List<Answer> answers = Parallel.run(
                AT_ONCE,
                number -> () -> EmailEnrolled.setUp(withoutInterval, tokens.get(number % tokens.size()), address));
        assertExactlyTen(answers);
        assertThat(codeMailsTo(address)).isEqualTo(PER_HOUR);
    }

    @Test
    void S23_nobodyElsesMailsToAnAddressKeepItsUserFromACode() {
        EmailEnrolled victim = EmailEnrolled.in(withoutInterval, inbox);
        List<TestUser> strangers = newUsers(2);
        // The set-up that proved the mailbox was the first.
        for (int mail = 1; mail < PER_HOUR; mail++) {
            assertNothingToSay(EmailEnrolled.setUp(
                    withoutInterval, withoutInterval.accessToken(strangers.get(mail % 2)), victim.address()));
        }
        for (TestUser stranger : strangers) {
            String token = withoutInterval.accessToken(stranger);
            assertThat(EmailEnrolled.setUp(withoutInterval, token, victim.address())
                            .message())
                    .isEqualTo("TOO_MANY_OTP_EMAILS");
            assertThat(transfer(withoutInterval, token, victim.address()).status())
                    .as("a transfer there")
                    .isEqualTo(429);
        }
        awaitEmptyQueue();

        assertThat(victim.nextEmail(victim.accessToken()).status()).isEqualTo(200);
        for (int mail = 1; mail < PER_HOUR; mail++) {
            assertNothingToSay(victim.challenge(victim.accessToken()));
        }
        assertThat(victim.challenge(victim.accessToken()).message())
                .as("its own")
                .isEqualTo("TOO_MANY_OTP_EMAILS");
    }

    private void assertExactlyTen(List<Answer> answers) {
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(PER_HOUR);
        assertThat(answers).filteredOn(answer -> answer.status() != 200).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.retryAfter()).isBetween(3500, 3600);
        });
        awaitEmptyQueue();
    }

    private static Answer transfer(TestRealm realm, String token, String address) {
        return realm.api()
                .post("/user/email/initiate")
                .bearer(token)
                .json(Map.of("email", address))
                .send();
    }

    private List<TestUser> newUsers(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> withoutInterval.newUser())
                .toList();
    }

    private int codeMailsTo(String address) {
        return (int) inbox.all(address).stream().filter(mail -> mail.hasCode()).count();
    }

    private void awaitEmptyQueue() {
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
    }
}
