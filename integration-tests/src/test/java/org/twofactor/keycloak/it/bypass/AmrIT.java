package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.story.Device;

/** What {@code amr} says of the way in; of a passkey, {@code PasskeyIT} tells. */
@KeycloakTest
class AmrIT {
    private final Inbox inbox;

    AmrIT(Inbox inbox) {
        this.inbox = inbox;
    }

    /** Report 17 of the field: a password that nobody gave. */
    @Test
    void S69_afterAnotherProviderAmrNamesNoPassword(NewRealm here, NewRealm there) {
        BrokerWay way = BrokerWay.between(policy(here), there, inbox);
        way.bind(Placement.CONDITIONAL);
        assertThat(amr(way)).containsExactly("otp", "mfa");
    }

    @Test
    void S69_afterAPasswordItNamesIt(NewRealm here) {
        TestRealm realm = Placement.browser(policy(here)).create();
        CodeWay way = new CodeWay(realm, inbox);
        way.bind(Placement.CONDITIONAL);
        assertThat(amr(way)).containsExactly("pwd", "otp", "mfa");
    }

    private static NewRealm policy(NewRealm realm) {
        return realm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW);
    }

    private static List<String> amr(PageWay way) {
        Holder holder = way.newHolder(Holding.APP);
        Walk walk = way.withoutSecondFactor(holder);
        Walk after = holder.answer(walk, walk.codePage().orElseThrow());
        List<String> methods = new ArrayList<>();
        Jwt.of(way.tokens(after).field("access_token"))
                .claims()
                .required("amr")
                .forEach((JsonNode method) -> methods.add(method.textValue()));
        return methods;
    }
}
