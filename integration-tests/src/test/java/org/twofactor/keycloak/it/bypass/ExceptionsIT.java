package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.admin.client.Keycloak;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.token.OidcClient;

/**
 * The ways in that no step of ours stands in, and what is beside them. Each is an exception that the table in
 * {@code docs/security.md} names, and gives no token that claims a second factor.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExceptionsIT {
    private static final String CIBA = "urn:openid:params:grant-type:ciba";
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

    private final TestRealm realm;
    private final Inbox inbox;

    ExceptionsIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.passwordThen(
                        Placement.CONDITIONAL.steps().toArray(BrowserFlow.Step[]::new)))
                .flow(BrowserFlow.passwordThen(
                                Placement.APP_REQUIRED.steps().toArray(BrowserFlow.Step[]::new))
                        .named("the app required"))
                .with(it -> it.setRegistrationAllowed(true))
                .with(it -> it.getClients().forEach(client -> {
                    client.setImplicitFlowEnabled(client.getClientId().equals(APP));
                    client.setAttributes(new HashMap<>(Map.of(
                            "standard.token.exchange.enabled",
                            "true",
                            "oidc.ciba.grant.enabled",
                            "true",
                            "ciba.backchannel.token.delivery.mode",
                            "poll")));
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
        Holder holder = Holding.APP.in(realm, inbox);
        for (String type : List.of("token", "id_token token", "code id_token")) {
            Walk walk = Walk.afresh()
                    .open(Walk.login(realm, APP, Map.of("response_type", type, "nonce", "nonce")))
                    .password(holder.user());
            assertThat(walk.codePage()).as(type).contains(Walk.Page.AUTHENTICATOR_APP);
        }
    }

    @Test
    void S39_cibaIsWhatTheAuthenticationServerAsksFor(KeycloakServer server, Backdoor backdoor) {
        TestUser user = withApp();
        try (AuthenticationServer device = AuthenticationServer.start(server)) {
            backdoor.authenticationServer(device.uri());
            Answer begun = realm.oidc(
                    "/ext/ciba/auth", BACKEND, Map.of("scope", "openid", "login_hint", user.username()));
            assertThat(begun.status()).as(begun.text()).isEqualTo(200);
            assertThat(device.approveNext(realm).status()).isEqualTo(200);
            Answer tokens = realm.token(
                    BACKEND, Map.of("grant_type", CIBA, "auth_req_id", begun.field("auth_req_id")));
            assertClaimsNoSecondFactor(tokens);
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
    void S39_aSessionFromBeforeGoesOnAsItIsUntilItIsAskedToLogInAnew() {
        TestUser user = realm.newUser();
        Walk browser = Walk.afresh().open(Walk.login(realm, APP, Map.of())).password(user);
        Answer tokens = CodeWay.tokens(realm, browser);
        Device device = NativeOtp.add(realm, user);

        assertClaimsNoSecondFactor(OidcClient.of(realm).refresh(tokens.field("refresh_token")));
        Walk again = browser.anotherTab().open(Walk.login(realm, APP, Map.of()));
        assertThat(again.isIn()).as("single sign-on").isTrue();
        assertClaimsNoSecondFactor(CodeWay.tokens(realm, again));

        Walk anew = browser.anotherTab()
                .open(Walk.login(realm, APP, Map.of("prompt", "login")))
                .submit(Map.of("password", user.password()));
        assertThat(anew.isIn()).isFalse();
        assertThat(anew.codePage()).contains(Walk.Page.AUTHENTICATOR_APP);
        assertThat(anew.give(device.code()).isIn()).isTrue();
    }

    @Test
    void S39_keycloaksOwnDirectGrantFlowKnowsNoneOfOurFactorsButTheApp() {
        Holder mail = Holding.MAIL.in(realm, inbox);
        Holder app = Holding.APP.in(realm, inbox);
        realm.update(it -> it.setDirectGrantFlow("direct grant"));
        try {
            assertClaimsNoSecondFactor(realm.directGrant(mail.user()));
            assertThat(realm.directGrant(app.user()).field("error")).isEqualTo("invalid_grant");
            for (Holder holder : List.of(mail, app)) {
                assertThat(realm.api()
                                .post("/auth/login")
                                .json(Map.of(
                                        "username",
                                        holder.user().username(),
                                        "password",
                                        holder.user().password()))
                                .send()
                                .message())
                        .isEqualTo("2FA_REQUIRED");
            }
        } finally {
            realm.update(it -> it.setDirectGrantFlow("two-factor direct grant"));
        }
        assertThat(realm.directGrant(mail.user()).field("error")).isEqualTo("mfa_required");
    }

    @Test
    void S39_aClientThatOverridesTheFlowIsNotBehindIt() {
        Holder mail = Holding.MAIL.in(realm, inbox);
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
        realm.update(it -> it.setBrowserFlow("the app required"));
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
            realm.update(it -> it.setBrowserFlow("two-factor browser"));
        }
    }

    @Test
    void S39_aLinkThatAnAdministratorMailsLogsNobodyIn() {
        Holder holder = Holding.APP.in(realm, inbox);
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
    void S39_anAdministratorWhoImpersonatesIsAskedForNothingOfTheUsers(Keycloak admin) {
        TestUser user = withApp();
        Walk walk = Walk.afresh()
                .with("Authorization", "Bearer " + admin.tokenManager().getAccessTokenString())
                .submit(
                        realm.api().base().toString().replace("/realms/", "/admin/realms/") + "/users/" + user.id()
                                + "/impersonation",
                        Map.of());
        assertThat(walk.status()).isEqualTo(200);
        Walk app = walk.anotherTab().open(Walk.login(realm, APP, Map.of()));
        assertThat(app.isIn()).isTrue();
        assertClaimsNoSecondFactor(CodeWay.tokens(realm, app));
    }

    @Test
    void S39_keycloaksOwnResetFlowTakesTheMailboxForEnough() {
        Holder holder = Holding.MAIL.in(realm, inbox);
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
        Holder holder = Holding.MAIL.in(forcing, inbox);
        Walk walk = ResetWay.newPassword(ResetWay.byLink(forcing, holder), holder);
        assertThat(walk.isIn()).isFalse();
        Walk after = walk.anotherTab().open(Walk.login(forcing, APP, Map.of()));
        assertThat(after.isIn()).isFalse();
        assertThat(after.password(holder.user()).codePage()).contains(Walk.Page.MAIL);
    }

    private TestUser withApp() {
        return Holding.APP.in(realm, inbox).user();
    }

    private void overrideDirectGrant(String flow) {
        realm.updateClient(
                APP, it -> it.setAuthenticationFlowBindingOverrides(new HashMap<>(Map.of("direct_grant", flow))));
    }

    private static void assertClaimsNoSecondFactor(Answer tokens) {
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        JsonNode claims = Jwt.of(tokens.field("access_token")).claims();
        assertThat(claims.path("amr"))
                .extracting(JsonNode::asText)
                .doesNotContain("otp", "mfa", "mca", "recovery");
        assertThat(claims.path("acr").asText("0")).isIn("0", "1");
    }
}
