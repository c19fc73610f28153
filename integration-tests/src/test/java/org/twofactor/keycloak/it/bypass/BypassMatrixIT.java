package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.admin.client.Keycloak;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;

/**
 * Every way in, by every placement of our steps, for every kind of user: a second factor is asked for, or the door stays
 * shut, or {@code docs/security.md} names the exception. What has to come of each cell stands in {@link Matrix}.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BypassMatrixIT {
    private final Map<String, Way> ways = new HashMap<>();
    private final BrokerWay broker;
    private final CibaServer ciba;

    BypassMatrixIT(
            NewRealm newRealm,
            NewRealm another,
            NewRealm third,
            Inbox inbox,
            Keycloak admin,
            KeycloakServer server,
            Backdoor backdoor) {
        TestRealm realm = DeviceWay.prepare(
                        CibaServer.prepare(ResetWay.prepare(Placement.grants(Placement.browser(ready(newRealm))))))
                .create();
        this.broker = BrokerWay.between(ready(another), third, inbox);
        this.ciba = CibaServer.start(server, backdoor);
        ways.put("code", new CodeWay(realm, inbox));
        ways.put("device", new DeviceWay(realm, inbox));
        ways.put("restart", new CodeWay.WithRestart(realm, inbox));
        ways.put("again", new CodeWay.Again(realm, inbox));
        ways.put("reset", new ResetWay(realm, inbox));
        ways.put("broker", broker);
        ways.put("password", new GrantWay.OfPassword(realm, inbox));
        ways.put("login", new GrantWay.OfLogin(realm, inbox));
        ways.put("sso", StandingWay.by(realm, inbox, StandingWay::sso));
        ways.put("refresh", StandingWay.by(realm, inbox, StandingWay::refresh));
        ways.put("accesstoken", StandingWay.by(realm, inbox, StandingWay::accessToken));
        ways.put("exchange", StandingWay.by(realm, inbox, StandingWay::exchange));
        ways.put("ciba", StandingWay.by(realm, inbox, ciba::tokens));
        ways.put(
                "impersonation",
                StandingWay.by(
                        realm,
                        inbox,
                        (there, session) -> StandingWay.impersonation(
                                there, session, admin.tokenManager().getAccessTokenString())));
    }

    private static NewRealm ready(NewRealm realm) {
        return realm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "1000"));
    }

    @AfterAll
    void close() {
        ciba.close();
    }

    static List<Matrix.Row> rows() {
        return Matrix.rows();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void S39_everyCellOfTheMatrixIsAsTheTableSays(Matrix.Row row) {
        Way way = ways.get(row.way());
        way.bind(row.placement());
        Map<Holding, Outcome> seen = new TreeMap<>();
        for (Holding holding : Holding.values()) {
            Holder holder = way.holder(holding);
            holding.during(way.realm(), () -> seen.put(holding, way.go(holder)));
        }
        assertThat(seen).isEqualTo(new TreeMap<>(row.outcomes()));
    }

    @Test
    void S39_theFirstBrokeredLogInThatLinksAnAccountGoesThroughTheSameFlow() {
        broker.bind(Placement.CONDITIONAL);
        Holder account = Holding.APP.give(broker.realm(), broker.newUser(), broker.inbox());
        Walk walk = broker.firstLogIn(account);
        assertThat(walk.codePage()).as(walk.toString()).contains(Walk.Page.AUTHENTICATOR_APP);
        assertThat(account.answer(walk, Walk.Page.AUTHENTICATOR_APP).isIn()).isTrue();
    }

    @Test
    void S39_brokeredLoginWithoutAFlowAfterItIsWhatTheOtherProviderAsksFor() {
        broker.afterLogin("");
        assertThat(broker.go(broker.holder(Holding.APP))).isEqualTo(Outcome.EXCEPTION);
    }
}
