package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.keycloak.admin.client.Keycloak;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.mail.UnrulySmtp;
import org.twofactor.keycloak.it.realm.MasterAdmin;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.DevDatabase;
import org.twofactor.keycloak.it.server.Distribution;
import org.twofactor.keycloak.it.server.DistributionServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/**
 * A server of its own, with next to no places in its mail queue and a database that outlives it. The last test stops it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SmallMailQueueIT {
    private static final int PLACES = 8;
    private static final int PLACES_OF_A_REALM = PLACES / 2;

    private final Distribution distribution;
    private final DistributionServer server;
    private final Keycloak admin;
    private final Inbox inbox = Inbox.start("127.0.0.1", 0);
    private final UnrulySmtp smtp = UnrulySmtp.before(inbox, "127.0.0.1");
    private final Metrics metrics;
    private final TestRealm realm;

    SmallMailQueueIT() {
        Path out = Path.of(System.getProperty("kc.out", "target"));
        distribution = Distribution.copyTo(out.resolve("mail-queue"));
        List<String> arguments = new ArrayList<>(List.of("start-dev", "--db=dev-file", "--cache=local"));
        arguments.addAll(Distribution.BUILD_OPTIONS);
        arguments.addAll(DevDatabase.LOGIN);
        arguments.add("--spi-two-factor-mail-queue--pool--places=" + PLACES);
        arguments.add("--spi-two-factor-mail-queue--pool--threads=2");
        arguments.add("--spi-two-factor-mail-queue--pool--attempts=2");
        arguments.add("--spi-two-factor-mail-queue--pool--stop-seconds=4");
        server = distribution.start(arguments, DistributionServer.BOOTSTRAP, out.resolve("mail-queue.log"));
        admin = MasterAdmin.logIn(server);
        metrics = new Metrics(server);
        realm = newRealm(it -> it);
    }

    private TestRealm newRealm(UnaryOperator<NewRealm> change) {
        return change.apply(new NewRealm(server, admin, inbox, created -> {})
                        .with(it -> it.getSmtpServer().put("port", Integer.toString(smtp.port()))))
                .create();
    }

    @AfterAll
    void close() {
        admin.close();
        server.close();
        smtp.close();
        inbox.close();
    }

    @Test
    @Order(1)
    void S54_aFullQueueIs503AndNothingIsSpentReplacedOrUndone() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        EmailEnrolled leaving = EmailEnrolled.in(realm, inbox);
        String sudo = leaving.sudoToken();
        String code = user.challengedCode(user.accessToken());
        TestUser late = realm.newUser();
        String lateToken = realm.accessToken(late);
        awaitEmptyQueue();
        List<TestUser> waiting = fill(realm, PLACES_OF_A_REALM);

        assertFull(EmailEnrolled.setUp(realm, lateToken, late.email()));
        assertFull(reset(realm, "/user/password/reset/send", user.address()));
        assertFull(reset(realm, "/v1/auth/forgot-password", user.address()));
        assertFull(post("/user/email/initiate", sudo, Map.of("email", "new-" + leaving.address())));
        double dropped = metrics.value("two_factor_mails_total", "kind=\"disabled\",outcome=\"dropped\"");
        assertNothingToSay(leaving.disable(sudo));
        assertThat(leaving.methods().json().get("enabled").asBoolean()).isFalse();
        assertThat(metrics.value("two_factor_mails_total", "kind=\"disabled\",outcome=\"dropped\""))
                .as("the notice")
                .isEqualTo(dropped + 1);
        TestRealm another = newRealm(it -> it.with(to -> to.getSmtpServer().put("port", "" + inbox.port())));
        EmailEnrolled.in(another, inbox);

        smtp.goOn();
        waiting.forEach(it -> assertThat(inbox.next(it.email(), Mail::hasCode)).isNotNull());
        awaitEmptyQueue();
        assertNothingToSay(EmailEnrolled.setUp(realm, lateToken, late.email()));
        assertNothingToSay(reset(realm, "/user/password/reset/send", user.address()));
        assertThat(user.authenticate(user.accessToken(), code).status())
                .as("the code from before")
                .isEqualTo(200);
    }

    @Test
    @Order(2)
    void S54_aFullQueueReplacesNoPendingCode() {
        TestRealm quick = newRealm(it -> it.settings(Map.of("mailInterval", "0")));
        EmailEnrolled user = EmailEnrolled.in(quick, inbox);
        String code = user.challengedCode(user.accessToken());
        awaitEmptyQueue();
        fill(quick, PLACES_OF_A_REALM);
        assertFull(user.challenge(user.accessToken()));
        assertThat(user.authenticate(user.accessToken(), code).status()).isEqualTo(200);
        smtp.goOn();
        awaitEmptyQueue();
    }

    @Test
    @Order(3)
    void S54_aRequestThatBreaksGivesItsPlaceBack() {
        TestRealm quick = newRealm(it -> it.settings(Map.of("mailInterval", "0", "mailsPerHour", "40")));
        EmailEnrolled user = EmailEnrolled.in(quick, inbox);
        Backdoor backdoor = new Backdoor(server);
        backdoor.update("alter table EVENT_ENTITY add constraint TWO_FACTOR_FAULT check (USER_ID <> '"
                + user.user().id() + "') nocheck");
        try {
            for (int request = 0; request <= PLACES; request++) {
                assertThat(user.challenge(user.accessToken()).message()).isEqualTo("INTERNAL_ERROR");
            }
        } finally {
            backdoor.update("alter table EVENT_ENTITY drop constraint TWO_FACTOR_FAULT");
        }
        user.challengedCode(user.accessToken());
    }

    @Test
    @Order(4)
    void S54_whatAnybodyCanAskForLeavesHalfOfTheRealmsPlacesToItsUsers() {
        TestRealm open = newRealm(it -> it.settings(Map.of("mailInterval", "0")));
        EmailEnrolled user = EmailEnrolled.in(open, inbox);
        EmailEnrolled other = EmailEnrolled.in(open, inbox);
        awaitEmptyQueue();
        smtp.hang();
        int held = smtp.held();
        assertNothingToSay(reset(open, "/user/password/reset/send", user.address()));
        Eventually.holds("the first one under way", () -> smtp.held() > held);
        assertNothingToSay(reset(open, "/v1/auth/forgot-password", user.address()));
        assertFull(reset(open, "/user/password/reset/send", other.address()));
        assertFull(reset(open, "/v1/auth/forgot-password", other.address()));
        assertFull(reset(open, "/user/password/reset/send", "nobody-" + other.address()));

        assertNothingToSay(user.challenge(user.accessToken()));
        assertNothingToSay(other.challenge(other.accessToken()));
        assertFull(other.challenge(other.accessToken()));
        smtp.goOn();
        awaitEmptyQueue();
        assertThat(other.authenticate(other.accessToken(), other.nextCode()).status())
                .isEqualTo(200);
        assertNothingToSay(reset(open, "/user/password/reset/send", other.address()));
        awaitEmptyQueue();
    }

    @Test
    @Order(5)
    void S54_aUserOrARealmThatGoesWhileItsMailWaitsIsNoFault() {
        TestRealm going = newRealm(it -> it);
        awaitEmptyQueue();
        double dropped = metrics.value("two_factor_mails_total", "kind=\"enrol\",outcome=\"dropped\"");
        TestUser gone = fill(realm, 2).get(1);
        fill(going, 2);
        realm.user(gone).remove();
        going.close();
        smtp.goOn();
        awaitEmptyQueue();
        assertThat(inbox.all(gone.email())).isEmpty();
        assertThat(metrics.value("two_factor_mails_total", "kind=\"enrol\",outcome=\"dropped\""))
                .isGreaterThanOrEqualTo(dropped + 2);
        assertThat(log()).doesNotContain(") broke");
    }

    @Test
    @Order(6)
    void S54_aServerThatStopsSendsWhatItCanAndRecordsTheRest() {
        awaitEmptyQueue();
        List<TestUser> waiting = fill(realm, PLACES_OF_A_REALM);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
        Eventually.holds("the queue's word that it stops", () -> log().contains("two-factor: the server stops"));
        smtp.goOnWith(2);
        stopped.join();

        List<TestUser> told = waiting.stream()
                .filter(user -> !inbox.all(user.email()).isEmpty())
                .toList();
        assertThat(told).hasSize(2);
        List<List<String>> recorded = DevDatabase.select(
                distribution, "select USER_ID, TYPE from EVENT_ENTITY where ERROR = 'server_stopped' order by USER_ID");
        assertThat(recorded)
                .containsExactlyElementsOf(waiting.stream()
                        .filter(user -> !told.contains(user))
                        .map(TestUser::id)
                        .sorted()
                        .map(id -> List.of(id, "SEND_VERIFY_EMAIL_ERROR"))
                        .toList());
        assertThat(log().lines().filter(line -> line.contains("was not sent: server_stopped")))
                .hasSize(2);
        assertThat(log()).doesNotContain("no event could be stored");
    }

    /** Has so many mails wait: the first for the server that says nothing, the others for a thread. */
    private List<TestUser> fill(TestRealm where, int mails) {
        smtp.hang();
        List<TestUser> users =
                IntStream.range(0, mails).mapToObj(number -> where.newUser()).toList();
        int held = smtp.held();
        for (TestUser user : users) {
            assertNothingToSay(EmailEnrolled.setUp(where, where.accessToken(user), user.email()));
            Eventually.holds("the first one under way", () -> smtp.held() > held);
        }
        return users;
    }

    private static void assertFull(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.message()).isEqualTo("MAIL_QUEUE_FULL");
        assertThat(answer.header("Retry-After").map(Integer::parseInt).orElse(0))
                .isBetween(1, 120);
    }

    private Answer post(String path, String token, Map<String, String> body) {
        return realm.api().post(path).json(body).bearer(token).send();
    }

    private static Answer reset(TestRealm where, String path, String address) {
        return where.api().post(path).json(Map.of("email", address)).send();
    }

    private void awaitEmptyQueue() {
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
    }

    private String log() {
        try {
            return Files.readString(server.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
