package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.representations.idm.EventRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Eventually;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.server.Metrics;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** A mail server that Keycloak has to log in to, by password or by a token (XOAUTH2). */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailServerLogInIT {
    private static final String MAIL_PASSWORD = "a mail password";
    private static final String ACCESS_TOKEN = "an-access-token-for-mail";

    private final AuthSmtp smtp;
    private final TestRealm realm;
    private final Metrics metrics;
    private final String host;

    MailServerLogInIT(NewRealm newRealm, KeycloakServer server) {
        this.host = server.mailHost();
        this.smtp = AuthSmtp.start(host);
        this.metrics = new Metrics(server);
        this.realm = newRealm.with(it -> it.getSmtpServer()
                        .putAll(Map.of(
                                "port",
                                Integer.toString(smtp.port()),
                                "auth",
                                "true",
                                "user",
                                "mailer",
                                "password",
                                MAIL_PASSWORD)))
                .create();
    }

    @AfterAll
    void close() {
        smtp.close();
    }

    /**
     * Seen in the field (report 12): a wrong password was tried four times for each mail, and mail services lock accounts
     * that go on like that.
     *
     * @see <a href="https://github.com/keycloak/keycloak/issues/17432">keycloak#17432</a>
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "535 5.7.8 Username and Password not accepted",
                "534 5.7.9 Application-specific password required",
                "538 5.7.11 Encryption required",
                "504 5.5.4 Unrecognized authentication type"
            })
    void S54_S60_aLogInThatIsRefusedForGoodIsTriedOnceAndIsOneEvent(String reply) {
        smtp.answer(reply);
        int before = smtp.logIns().size();
        TestUser user = realm.newUser();
        assertNothingToSay(EmailEnrolled.setUp(realm, realm.accessToken(user), user.email()));
        EventRepresentation event = failure(user);
        assertThat(event.getError()).isEqualTo("email_refused");
        assertThat(event.getDetails()).containsEntry("two_factor_mail", "enrol");
        awaitEmptyQueue();
        assertThat(smtp.logIns()).hasSize(before + 1);
        assertThat(failures(user)).hasSize(1);
    }

    @Test
    void S54_aLogInThatIsRefusedForNowIsTriedAgain() {
        smtp.answer("454 4.7.0 Temporary authentication failure");
        int before = smtp.logIns().size();
        TestUser user = realm.newUser();
        assertNothingToSay(EmailEnrolled.setUp(realm, realm.accessToken(user), user.email()));
        Eventually.holds("an attempt", () -> smtp.logIns().size() > before);
        smtp.accept();
        Eventually.holds("the mail", () -> smtp.recipients().contains(user.email()));
        assertThat(failures(user)).isEmpty();
    }

    /** Seen in the field (report 12), <a href="https://github.com/keycloak/keycloak/issues/39610">keycloak#39610</a>. */
    @Test
    void S54_aRealmThatLogsInWithATokenSendsMailsOffTheRequestToo() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer tokens = HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), 0), 0);
        tokens.createContext("/token", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = ("{\"access_token\":\"" + ACCESS_TOKEN + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        tokens.start();
        Map<String, String> byPassword = realm.admin().toRepresentation().getSmtpServer();
        try {
            realm.update(it -> it.getSmtpServer()
                    .putAll(Map.of(
                            "authType",
                            "token",
                            "authTokenUrl",
                            "http://" + host + ":" + tokens.getAddress().getPort() + "/token",
                            "authTokenScope",
                            "mail.send",
                            "authTokenClientId",
                            "mailer-client",
                            "authTokenClientSecret",
                            "a client secret")));
            smtp.accept();
            TestUser user = realm.newUser();
            assertNothingToSay(EmailEnrolled.setUp(realm, realm.accessToken(user), user.email()));
            Eventually.holds("the mail", () -> smtp.recipients().contains(user.email()));
            assertThat(smtp.logIns()).contains("XOAUTH2 user=mailer\u0001auth=Bearer " + ACCESS_TOKEN + "\u0001\u0001");
            assertThat(asked).singleElement().asString().contains("grant_type=client_credentials", "mail.send");
        } finally {
            // What the admin API shows has stars for a password, and Keycloak has dropped the one it had.
            byPassword.put("password", MAIL_PASSWORD);
            realm.update(it -> it.setSmtpServer(byPassword));
            tokens.stop(0);
        }
    }

    private EventRepresentation failure(TestUser user) {
        return Eventually.find("a failure", () -> failures(user).stream().findFirst());
    }

    private List<EventRepresentation> failures(TestUser user) {
        return realm.events("SEND_VERIFY_EMAIL_ERROR").stream()
                .filter(event -> user.id().equals(event.getUserId()))
                .filter(event -> Optional.ofNullable(event.getDetails())
                        .filter(details -> details.containsKey("two_factor_mail"))
                        .isPresent())
                .toList();
    }

    private void awaitEmptyQueue() {
        Eventually.holds("an empty queue", () -> metrics.value("two_factor_mail_queue", "") == 0);
    }
}
