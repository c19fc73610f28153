package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;

/**
 * Every way in that goes through a flow, by every placement of our steps, for every kind of user: a second factor is
 * asked for, or the door stays shut, or the table in {@code docs/security.md} names the exception.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BypassMatrixIT {
    private final CodeWay code;
    private final DeviceWay device;
    private final ResetWay reset;
    private final BrokerWay broker;
    private final Map<Holding, Holder> ofCode = new EnumMap<>(Holding.class);
    private final Map<Holding, Holder> ofReset = new EnumMap<>(Holding.class);
    private final Map<Holding, Holder> ofBroker = new EnumMap<>(Holding.class);

    BypassMatrixIT(NewRealm newRealm, NewRealm another, NewRealm third, Inbox inbox) {
        TestRealm realm = ResetWay.prepare(DeviceWay.prepare(ready(newRealm))).create();
        this.code = new CodeWay(realm, inbox);
        this.device = new DeviceWay(realm, inbox);
        this.reset = new ResetWay(realm, inbox);
        this.broker = BrokerWay.between(ready(another), third, inbox);
    }

    private static NewRealm ready(NewRealm realm) {
        return realm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "1000"));
    }

    @ParameterizedTest
    @EnumSource
    void S39_code(Placement placement) {
        assertHolds(code, placement, ofCode);
    }

    @ParameterizedTest
    @EnumSource
    void S39_device(Placement placement) {
        assertHolds(device, placement, ofCode);
    }

    @ParameterizedTest
    @EnumSource
    void S39_resetCredentials(Placement placement) {
        assertHolds(reset, placement, ofReset);
    }

    @ParameterizedTest
    @EnumSource
    void S39_brokeredLogin(Placement placement) {
        assertHolds(broker, placement, ofBroker);
    }

    @Test
    void S39_brokeredLoginWithoutAFlowAfterItIsWhatTheOtherProviderAsksFor() {
        broker.afterLogin("");
        Walk walk = broker.withoutSecondFactor(ofBroker.computeIfAbsent(Holding.APP, broker::holder));
        assertThat(walk.isIn()).isTrue();
        assertThat(methods(broker.tokens(walk))).doesNotContain("mfa", "mca");
    }

    private static void assertHolds(Way way, Placement placement, Map<Holding, Holder> holders) {
        way.bind(placement);
        List<String> wrong = new ArrayList<>();
        for (Holding holding : Holding.values()) {
            // Who has no factor is new each time: what has to be set up is remembered.
            Holder holder = holding.hasFactor() ? holders.computeIfAbsent(holding, way::holder) : way.holder(holding);
            holding.during(way.realm(), () -> {
                Outcome outcome = outcome(way, holder);
                if (outcome != placement.of(holding)) {
                    wrong.add("%s: %s instead of %s".formatted(holding, outcome, placement.of(holding)));
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    private static Outcome outcome(Way way, Holder holder) {
        Walk walk = way.goOn(way.withoutSecondFactor(holder), holder);
        if (way.isIn(walk)) {
            assertThat(methods(way.tokens(walk))).as("nobody has given a second factor").doesNotContain("mfa", "mca");
            return Outcome.OPEN;
        }
        Optional<Walk.Page> page = walk.codePage();
        if (page.isEmpty()) {
            return walk.status() == 200 && walk.has("<form") ? Outcome.SET_UP : Outcome.SHUT;
        }
        Walk after = way.goOn(holder.answer(walk, page.get()), holder);
        if (!way.isIn(after)) {
            return Outcome.SHUT;
        }
        assertThat(methods(way.tokens(after))).containsAnyOf("mfa", "mca", "recovery");
        return Outcome.ASKED;
    }

    private static List<String> methods(Answer tokens) {
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        List<String> methods = new ArrayList<>();
        JsonNode amr = Jwt.of(tokens.field("access_token")).claims().path("amr");
        amr.forEach(method -> methods.add(method.asText()));
        return methods;
    }
}
