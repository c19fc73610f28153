package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** A way in: what a client or a browser does until there are tokens, or no way on. */
abstract class Way {
    private final TestRealm realm;
    private final Inbox inbox;
    private final Map<Holding, Holder> holders = new EnumMap<>(Holding.class);

    Way(TestRealm realm, Inbox inbox) {
        this.realm = realm;
        this.inbox = inbox;
    }

    final TestRealm realm() {
        return realm;
    }

    final Inbox inbox() {
        return inbox;
    }

    /** Has the realm go this way by a flow with these steps. */
    abstract void bind(Placement placement);

    /** Goes this way to its end, with a right code where one is asked for. */
    abstract Outcome go(Holder holder);

    /** Somebody new. */
    Holder newHolder(Holding holding) {
        return holding.give(realm, realm.newUser(), inbox);
    }

    /** Whoever has no factor is new each time: what has to be set up is remembered. */
    final Holder holder(Holding holding) {
        return holding.hasFactor() ? holders.computeIfAbsent(holding, this::newHolder) : newHolder(holding);
    }

    /** Logged in without a second factor. */
    static Outcome letIn(Holder holder, Answer tokens) {
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        return letIn(holder, tokens.field("access_token"));
    }

    static Outcome letIn(Holder holder, String accessToken) {
        assertClaimsNoSecondFactor(accessToken);
        return holder.holding().hasFactor() ? Outcome.EXCEPTION : Outcome.OPEN;
    }

    static void assertClaimsNoSecondFactor(String accessToken) {
        JsonNode claims = Jwt.of(accessToken).claims();
        assertThat(claims.path("amr")).extracting(JsonNode::asText).doesNotContain("otp", "mfa", "mca", "recovery");
        assertThat(claims.path("acr").asText("0")).isIn("0", "1");
    }

    static void assertClaimsASecondFactor(String accessToken) {
        JsonNode claims = Jwt.of(accessToken).claims();
        assertThat(claims.path("amr")).extracting(JsonNode::asText).containsAnyOf("mfa", "mca", "recovery");
    }

    /** A user who has nothing yet. */
    final TestUser newUser() {
        return realm.newUser();
    }
}
