package org.twofactor.keycloak.it.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/**
 * The calls of the public Python driver of this API, in its order and with its headers: it logs in once, keeps the bare
 * text of the answer as its refresh token, fetches an access token every two minutes, renews after 7 days, and does not
 * log in again before 13 have passed.
 *
 * @see <a href="https://github.com/eniris-international/eniris-api-python-driver">eniris-api-python-driver</a>
 */
@KeycloakTest
class PublicDriverIT {
    private static final Duration RENEWED_AFTER = Duration.ofDays(7).plusMinutes(1);
    private static final Duration LOGGED_IN_AGAIN_AFTER = Duration.ofDays(13);
    private static final int HALF_AN_HOUR = 1800;
    private static final int TEN_HOURS = 36_000;
    private static final String TWO_WEEKS = "1209600";

    private final TestRealm realm;

    PublicDriverIT(NewRealm newRealm) {
        // Keycloak's defaults.
        this.realm = newRealm.with(it -> it.setSsoSessionIdleTimeout(HALF_AN_HOUR))
                .with(it -> it.setSsoSessionMaxLifespan(TEN_HOURS))
                .create();
    }

    @Test
    void aRealmWithKeycloaksSessionTimesHasTheDriverOutAfterHalfAnHour(ServerClock clock) {
        TestUser user = realm.newUser();
        String refresh = logIn(realm, user);
        assertThat(get(realm, "/auth/accesstoken", refresh).status()).isEqualTo(200);
        clock.advance(Duration.ofHours(1));
        assertThat(get(realm, "/auth/accesstoken", refresh).status()).isEqualTo(401);
        assertThat(logOut(realm, refresh).status())
                .as("which it takes for a log-out")
                .isEqualTo(401);
    }

    @Test
    void withTwoWeeksForTheLoginClientAloneTheDriverLivesUntilItLogsInAgain(ServerClock clock, NewRealm another) {
        // As docs/install.md has it.
        int two = Integer.parseInt(TWO_WEEKS);
        TestRealm patient = another.with(it -> {
                    it.setSsoSessionIdleTimeout(two);
                    it.setSsoSessionMaxLifespan(two);
                    it.setClientSessionIdleTimeout(HALF_AN_HOUR);
                    it.setClientSessionMaxLifespan(TEN_HOURS);
                })
                .create();
        patient.updateClient(
                TestClients.APP,
                client -> client.getAttributes()
                        .putAll(Map.of(
                                "client.session.idle.timeout", TWO_WEEKS, "client.session.max.lifespan", TWO_WEEKS)));
        livesUntilItLogsInAgain(patient, clock);
    }

    private static void livesUntilItLogsInAgain(TestRealm realm, ServerClock clock) {
        TestUser user = realm.newUser();
        String refresh = logIn(realm, user);
        clock.advance(RENEWED_AFTER);
        Answer renewed = get(realm, "/auth/refreshtoken", refresh);
        assertThat(renewed.status()).as(renewed.text()).isEqualTo(200);
        clock.advance(LOGGED_IN_AGAIN_AFTER.minus(RENEWED_AFTER));
        Answer access = get(realm, "/auth/accesstoken", renewed.text());
        assertThat(access.status()).as(access.text()).isEqualTo(200);
        assertThat(access.text()).as("a bare token").matches("[\\w.-]+");
        assertThat(logOut(realm, renewed.text()).status()).isEqualTo(204);
    }

    private static String logIn(TestRealm realm, TestUser user) {
        Answer answer = realm.api()
                .post("/auth/login")
                .header("Accept", "*/*")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).as("a bare token").matches("[\\w.-]+");
        return answer.text();
    }

    private static Answer logOut(TestRealm realm, String refresh) {
        return realm.api()
                .post("/auth/logout")
                .bearer(refresh)
                .header("Accept", "*/*")
                .send();
    }

    private static Answer get(TestRealm realm, String path, String token) {
        return realm.api().get(path).bearer(token).header("Accept", "*/*").send();
    }
}
