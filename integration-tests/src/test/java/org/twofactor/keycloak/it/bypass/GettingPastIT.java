package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.BrowserFlow.form;
import static org.twofactor.keycloak.it.realm.TestClients.APP;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.GroupRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.grant.GrantClient;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Tricks that have got somebody past the second factor elsewhere. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GettingPastIT {
    private static final String TWO_FACTORS = "two factors";

    private final TestRealm realm;
    private final Inbox inbox;
    private final CodeWay way;

    GettingPastIT(NewRealm newRealm, Inbox inbox) {
        this.realm = Placement.browser(newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                        .settings(Map.of("mailInterval", "0"))
                        .flow(BrowserFlow.passwordThen(
                                        form("two-factor-totp-form", "REQUIRED"),
                                        form("two-factor-recovery-code-form", "REQUIRED"))
                                .named(TWO_FACTORS)))
                .create();
        this.inbox = inbox;
        this.way = new CodeWay(realm, inbox);
    }

    /** For whoever is asked, or has to set something up: other tabs, the way back, and a new beginning. */
    @ParameterizedTest
    @EnumSource(names = {"CONDITIONAL", "ALTERNATIVE", "APP_REQUIRED", "ACCOUNT_MAIL_REQUIRED"})
    void S39_aSecondTabBackRefreshAndRestartSkipNothing(Placement placement) {
        way.bind(placement);
        Holding holding = placement == Placement.APP_REQUIRED ? Holding.NOTHING : Holding.APP;
        Holder holder = way.newHolder(holding);
        Walk walk = way.withoutSecondFactor(holder);
        assertThat(walk.isIn()).isFalse();
        String form = walk.action();
        String restart = walk.restart();

        Walk tab = walk.anotherTab().open(Walk.login(realm, APP, Map.of()));
        assertThat(tab.isIn()).as("a second tab: %s", tab).isFalse();
        for (String address : List.of(form, form.replaceAll("execution=[^&]*&", ""), restart)) {
            Walk other = walk.anotherTab().open(address);
            assertThat(other.isIn()).as("%s: %s", address, other).isFalse();
        }
        Walk anew = walk.anotherTab().open(restart);
        assertThat(anew.asksForPassword()).as("%s", anew).isTrue();
        anew.password(holder.user());
        assertThat(anew.isIn()).isFalse();
        // What was asked before is asked again, and not an easier thing.
        assertThat(anew.codePage()).isEqualTo(way.withoutSecondFactor(holder).codePage());
        assertThat(walk.anotherTab().submit(anew.action(), Map.of()).isIn()).isFalse();
        assertThat(walk.anotherTab()
                        .open(Walk.login(realm, APP, Map.of("prompt", "none")))
                        .parameter("error"))
                .contains("login_required");
    }

    @Test
    void S39_theSuccessOfOneStepIsNotTheSuccessOfAnother() {
        realm.update(it -> it.setBrowserFlow(TWO_FACTORS));
        Enrolled user = Enrolled.withTotp(realm);
        Walk walk = Walk.afresh().open(Walk.login(realm, APP, Map.of())).password(user.user());
        String app = walk.action();
        walk.give(user.device().code());
        assertThat(walk.codePage()).contains(Walk.Page.RECOVERY_CODE);
        assertThat(walk.anotherTab().open(app).isIn()).isFalse();
        assertThat(walk.anotherTab()
                        .submit(app, Map.of("code", user.device().code()))
                        .isIn())
                .isFalse();
        walk.open(walk.restart()).password(user.user()).give(user.device().code());
        assertThat(walk.give(user.device().code()).isIn()).isFalse();
        assertThat(walk.give(user.recoveryCode()).isIn()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"ALTERNATIVE", "MAIL_REQUIRED", "CODES_REQUIRED"})
    void S39_whoLacksTheFactorOfTheStepIsNotLetPastIt(Placement placement) {
        way.bind(placement);
        Walk walk = way.withoutSecondFactor(way.newHolder(Holding.NOTHING));
        assertThat(walk.isIn()).isFalse();
        assertThat(walk.anotherTab().open(Walk.login(realm, APP, Map.of())).isIn())
                .isFalse();
    }

    @Test
    void S39_noCookieAndNoHeaderOfTheClientsSkipsIt() {
        way.bind(Placement.CONDITIONAL);
        Holder holder = way.newHolder(Holding.APP);
        for (String header : List.of(
                "X-Forwarded-For: 127.0.0.1",
                "Forwarded: for=10.0.0.1;proto=https",
                "X-Real-IP: 10.0.0.1",
                "X-Skip-2fa: true",
                "X-Trusted-Device: true",
                "User-Agent: internal",
                "Authorization: Bearer trusted")) {
            Walk walk = Walk.afresh()
                    .with(header.split(": ", 2)[0], header.split(": ", 2)[1])
                    .open(Walk.login(realm, APP, Map.of()))
                    .password(holder.user());
            assertThat(walk.codePage()).as(header).contains(Walk.Page.AUTHENTICATOR_APP);
        }
        for (String cookie : List.of(
                "TWO_FACTOR_DEVICE=true", "trusted-device=" + holder.user().id(), "mfa=done", "KEYCLOAK_2FA=1")) {
            Walk walk = Walk.afresh()
                    .cookie(cookie)
                    .open(Walk.login(realm, APP, Map.of()))
                    .password(holder.user());
            assertThat(walk.codePage()).as(cookie).contains(Walk.Page.AUTHENTICATOR_APP);
        }
    }

    @Test
    void S39_noNameOfARoleGroupOrAttributeOpensAnything() {
        way.bind(Placement.CONDITIONAL);
        Holder holder = way.newHolder(Holding.APP);
        TestUser user = holder.user();
        List<String> names = List.of("technical", "two-factor-exempt", "no-2fa", "admin");
        for (String name : names) {
            realm.admin().roles().create(new RoleRepresentation(name, name, false));
            GroupRepresentation group = new GroupRepresentation();
            group.setName(name);
            realm.admin().groups().add(group).close();
            realm.user(user).joinGroup(realm.admin().getGroupByPath("/" + name).getId());
        }
        realm.user(user)
                .roles()
                .realmLevel()
                .add(names.stream()
                        .map(name -> realm.admin().roles().get(name).toRepresentation())
                        .toList());
        ClientRepresentation client =
                realm.admin().clients().findByClientId(APP).get(0);
        realm.admin().clients().get(client.getId()).roles().create(new RoleRepresentation("technical", "", false));
        realm.user(user)
                .roles()
                .clientLevel(client.getId())
                .add(List.of(realm.admin()
                        .clients()
                        .get(client.getId())
                        .roles()
                        .get("technical")
                        .toRepresentation()));
        assertThat(way.withoutSecondFactor(holder).codePage()).contains(Walk.Page.AUTHENTICATOR_APP);
        assertThat(realm.directGrant(user).field("error")).isEqualTo("mfa_required");
    }

    @Test
    void S32_whatKeycloakKeepsInTheSameStoreIsNoPartialTokenAndOursIsNothingElse() {
        Enrolled user = Enrolled.withTotp(realm);
        GrantClient app = GrantClient.open(realm);
        String partial = app.partialToken(user.user());
        way.bind(Placement.CONDITIONAL);
        Walk walk = way.withoutSecondFactor(
                new Holder(user.user(), Holding.APP_CODES, user.device(), user.recoveryCodes(), inbox));
        String used = user.device().code();
        walk.give(used);
        String authorizationCode = walk.parameter("code").orElseThrow();
        String credential = realm.user(user.user()).credentials().stream()
                .filter(it -> it.getType().equals("otp"))
                .findFirst()
                .orElseThrow()
                .getId();
        Stream.of(
                        authorizationCode,
                        credential + "." + used,
                        "2fa." + authorizationCode,
                        "2fa." + credential + "." + used,
                        "two-factor:partial:" + partial,
                        partial.substring("2fa.".length()))
                .forEach(handle -> assertThat(
                                app.redeem(handle, "totp", user.device().code()).field("reason"))
                        .as(handle)
                        .isEqualTo("INVALID_TOKEN"));
        assertThat(realm.token(
                                APP,
                                Map.of("grant_type", "authorization_code", "code", partial, "redirect_uri", Walk.APP))
                        .field("error"))
                .isEqualTo("invalid_grant");
        Walk link = Walk.afresh().open(realm.api().base() + "/login-actions/action-token?key=" + partial);
        assertThat(link.status()).isEqualTo(400);
        assertThat(realm.api()
                        .get(
                                "/protocol/openid-connect/auth?client_id=app&request_uri=urn:ietf:params:oauth:request_uri:"
                                        + partial)
                        .send()
                        .status())
                .isEqualTo(400);
        assertThat(app.redeem(partial, "totp", user.device().code()).status())
                .as("nothing of this has spent it")
                .isEqualTo(200);
    }
}
