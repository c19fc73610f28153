package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;

/**
 * The ways in that no step of ours stands in, and what is beside them. Each is an exception that the table in
 * {@code docs/security.md} names, and gives no token that claims a second factor.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExceptionsIT {
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

    private final TestRealm realm;
    private final Inbox inbox;

    ExceptionsIT(NewRealm newRealm, Inbox inbox) {
        this.realm = Placement.browser(newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW))
                .with(it -> it.setRegistrationAllowed(true))
                .with(it -> it.setBrowserFlow(Placement.CONDITIONAL.flow("browser")))
                .with(it -> it.getClients().forEach(client -> {
                    client.setImplicitFlowEnabled(client.getClientId().equals(APP));
                    client.setAttributes(new HashMap<>(Map.of("standard.token.exchange.enabled", "true")));
                }))
                .create();
        this.inbox = inbox;
    }

    @Test
    void S39_everyGrantOfTheRealmIsInTheTable() throws IOException {
        String table = Files.readString(Path.of("../docs/security.md"));
        JsonNode grants = realm.api()
                .get("/.well-known/openid-configuration")
                .send()
                .json()
                .get("grant_types_supported");
        assertThat(grants).isNotEmpty().allSatisfy(grant -> assertThat(table).contains("`" + grant.asText() + "`"));
    }

    @Test
    void S39_implicitAndHybridFlowsAreBehindTheSamePages() {
        Holder holder = holder(Holding.APP);
        for (String type : List.of("token", "id_token token", "code id_token")) {
            Walk walk = Walk.afresh()
                    .open(Walk.login(realm, APP, Map.of("response_type", type, "nonce", "nonce")))
                    .password(holder.user());
            assertThat(walk.codePage()).as(type).contains(Walk.Page.AUTHENTICATOR_APP);
        }
    }

    @Test
    void S39_tokenExchangeAddsNothingToTheSessionThatItComesFrom() {
        TestUser user = realm.newUser();
        Answer before = realm.directGrant(BACKEND, user, Map.of());
        NativeOtp.add(realm, user);
        Answer exchanged = realm.token(
                BACKEND,
                Map.of(
                        "grant_type",
                        EXCHANGE,
                        "subject_token",
                        before.field("access_token"),
                        "subject_token_type",
                        "urn:ietf:params:oauth:token-type:access_token"));
        assertClaimsNoSecondFactor(exchanged);
        assertThat(Jwt.of(exchanged.field("access_token")).claim("sid"))
                .isEqualTo(Jwt.of(before.field("access_token")).claim("sid"));
    }

    @Test
    void S39_maxAgeAsksAnewAndForTheSecondFactorTooInASessionFromBeforeIt(ServerClock clock) {
        TestUser user = realm.newUser();
        Walk browser = Walk.afresh().open(Walk.login(realm, APP, Map.of())).password(user);
        assertThat(browser.isIn()).isTrue();
        Device device = NativeOtp.add(realm, user);
        clock.advance(Duration.ofSeconds(10));
        Walk anew = browser.anotherTab()
                .open(Walk.login(realm, APP, Map.of("max_age", "5")))
                .submit(Map.of("password", user.password()));
        assertThat(anew.isIn()).isFalse();
        assertThat(anew.codePage()).contains(Walk.Page.AUTHENTICATOR_APP);
        assertThat(anew.give(device.code()).isIn()).isTrue();
    }

    @Test
    void S39_S49_noActionThatAnAppAsksForGetsPastTheSecondFactorNorChangesOneWithoutIt() {
        Holder fresh = holder(Holding.APP);
        TestUser user = realm.newUser();
        Walk session = Walk.afresh().open(Walk.login(realm, APP, Map.of())).password(user);
        assertThat(session.isIn()).isTrue();
        NativeOtp.add(realm, user);
        for (String action : List.of(
                "CONFIGURE_TWO_FACTOR",
                "CONFIGURE_TOTP",
                "two-factor-enrol-email-otp",
                "two-factor-recovery-codes",
                "delete_credential:" + otp(user))) {
            Map<String, String> asked = Map.of("kc_action", action);
            Walk login = Walk.afresh().open(Walk.login(realm, APP, asked)).password(fresh.user());
            assertThat(login.codePage()).as(action).contains(Walk.Page.AUTHENTICATOR_APP);

            Walk before = session.anotherTab().open(Walk.login(realm, APP, asked));
            assertThat(before.has("id=\"two-factor-confirm\""))
                    .as("%s: the factor comes first: %s", action, before)
                    .isTrue();
            before.submit(Map.of("code", ""));
            assertThat(realm.user(user).credentials())
                    .extracting(CredentialRepresentation::getType)
                    .as(action)
                    .containsExactlyInAnyOrder("password", "otp");
        }
    }

    private String otp(TestUser user) {
        return realm.user(user).credentials().stream()
                .filter(credential -> credential.getType().equals("otp"))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    @Test
    void S39_aClientThatOverridesTheFlowIsNotBehindIt() {
        Holder mail = holder(Holding.MAIL);
        String builtIn = realm.admin().flows().getFlows().stream()
                .filter(flow -> flow.getAlias().equals("direct grant"))
                .findFirst()
                .orElseThrow()
                .getId();
        overrideDirectGrant(builtIn);
        try {
            assertClaimsNoSecondFactor(realm.directGrant(mail.user()));
        } finally {
            overrideDirectGrant("");
        }
        assertThat(realm.directGrant(mail.user()).field("error")).isEqualTo("mfa_required");
    }

    @Test
    void S39_whoRegistersHasNothingToBeAskedForAndSetsItUpAtTheNextLogIn() {
        realm.update(it -> it.setBrowserFlow(Placement.APP_REQUIRED.flow("browser")));
        try {
            Walk walk = Walk.afresh().open(Walk.login(realm, APP, Map.of()));
            walk.open(walk.link("/login-actions/registration"))
                    .submit(Map.of(
                            "username",
                            "newcomer",
                            "email",
                            "newcomer@example.org",
                            "firstName",
                            "New",
                            "lastName",
                            "Comer",
                            "password",
                            "Pw1-newcomer",
                            "password-confirm",
                            "Pw1-newcomer"));
            assertThat(walk.isIn()).as(walk.toString()).isTrue();
            assertClaimsNoSecondFactor(CodeWay.tokens(realm, walk));
            Walk next = Walk.afresh()
                    .open(Walk.login(realm, APP, Map.of()))
                    .submit(Map.of("username", "newcomer", "password", "Pw1-newcomer"));
            assertThat(next.isIn()).isFalse();
        } finally {
            realm.update(it -> it.setBrowserFlow(Placement.CONDITIONAL.flow("browser")));
        }
    }

    @Test
    void S39_aLinkThatAnAdministratorMailsLogsNobodyIn() {
        Holder holder = holder(Holding.APP);
        realm.user(holder.user()).executeActionsEmail(List.of("UPDATE_PASSWORD"));
        Walk walk = Walk.afresh()
                .open(holder.mail(mail -> !mail.links().isEmpty()).links().get(0));
        walk.open(walk.link("/login-actions/action-token"));
        ResetWay.newPassword(walk, holder);
        assertThat(walk.isIn()).isFalse();
        Walk after = walk.anotherTab().open(Walk.login(realm, APP, Map.of()));
        assertThat(after.isIn()).isFalse();
        assertThat(after.password(holder.user()).codePage()).contains(Walk.Page.AUTHENTICATOR_APP);
    }

    @Test
    void S39_keycloaksOwnResetFlowTakesTheMailboxForEnough() {
        Holder holder = holder(Holding.MAIL);
        Walk walk = ResetWay.newPassword(ResetWay.byLink(realm, holder), holder);
        assertThat(walk.isIn()).as("why our steps belong into that flow").isTrue();
        assertClaimsNoSecondFactor(CodeWay.tokens(realm, walk));
    }

    @Test
    void S39_aResetThatForcesALogInLeavesTheSecondFactorToIt(NewRealm newRealm) {
        TestRealm forcing = newRealm.browserFlow(BrowserFlow.anyOf("two-factor-email-otp-form"))
                .flow(BrowserFlow.of(
                                BrowserFlow.form("reset-credentials-choose-user", "REQUIRED"),
                                BrowserFlow.form("reset-credential-email", "REQUIRED", Map.of("force-login", "true")),
                                BrowserFlow.form("reset-password", "REQUIRED"))
                        .named("forcing"))
                .with(it -> it.setResetCredentialsFlow("forcing"))
                .create();
        Holder holder = Holding.MAIL.give(forcing, forcing.newUser(), inbox);
        Walk walk = ResetWay.newPassword(ResetWay.byLink(forcing, holder), holder);
        assertThat(walk.isIn()).isFalse();
        Walk after = walk.anotherTab().open(Walk.login(forcing, APP, Map.of()));
        assertThat(after.isIn()).isFalse();
        assertThat(after.password(holder.user()).codePage()).contains(Walk.Page.MAIL);
    }

    private Holder holder(Holding holding) {
        return holding.give(realm, realm.newUser(), inbox);
    }

    private void overrideDirectGrant(String flow) {
        realm.updateClient(
                APP, it -> it.setAuthenticationFlowBindingOverrides(new HashMap<>(Map.of("direct_grant", flow))));
    }

    private static void assertClaimsNoSecondFactor(Answer tokens) {
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        Way.assertClaimsNoSecondFactor(tokens.field("access_token"));
    }
}
