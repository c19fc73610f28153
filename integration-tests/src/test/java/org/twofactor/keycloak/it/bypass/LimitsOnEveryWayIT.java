package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.grant.GrantClient;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** Limits and locks hold on every way together: no way in gives back what another has spent. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsOnEveryWayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestRealm realm;
    private final Inbox inbox;
    private final CodeWay way;

    LimitsOnEveryWayIT(NewRealm newRealm, Inbox inbox) {
        this.realm = Placement.browser(
                        newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).settings(Map.of("mailInterval", "0")))
                .create();
        this.inbox = inbox;
        this.way = new CodeWay(realm, inbox);
    }

    @Test
    void S17_backASecondTabANewBrowserAnotherCodeAndAnotherDoorResetNoCount() {
        way.bind(Placement.CONDITIONAL);
        Enrolled user = Enrolled.withTotp(realm);
        String wrong = user.device().wrongCode();
        Holder holder = new Holder(user.user(), Holding.APP_CODES, user.device(), user.recoveryCodes(), inbox);
        Walk walk = way.withoutSecondFactor(holder);
        walk.give(wrong);
        walk.open(walk.restart()).password(user.user()).give(wrong);
        walk.anotherTab()
                .open(Walk.login(realm, APP, Map.of("prompt", "login")))
                .password(user.user())
                .give(wrong);
        way.withoutSecondFactor(holder).give(wrong);
        assertThat(user.totp(user.accessToken(), wrong).message()).isEqualTo("TOTP_INVALID");

        Walk sixth = way.withoutSecondFactor(holder);
        sixth.give(user.device().code());
        assertThat(sixth.isIn()).as("the right code, after five wrong ones").isFalse();
        assertThat(user.totp(user.accessToken(), user.device().code()).status()).isEqualTo(429);
        GrantClient app = GrantClient.open(realm);
        assertThat(app.redeem(
                                app.partialToken(user.user()),
                                "totp",
                                user.device().code())
                        .status())
                .isEqualTo(429);
    }

    @Test
    void S16_theLimitHoldsWithKeycloaksOwnDetectionOnToo(NewRealm newRealm) {
        TestRealm watched = Placement.browser(newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW))
                .bruteForce(1000)
                .create();
        CodeWay there = new CodeWay(watched, inbox);
        there.bind(Placement.CONDITIONAL);
        Holder holder = there.newHolder(Holding.APP);
        Walk walk = there.withoutSecondFactor(holder);
        for (int guess = 0; guess < 5; guess++) {
            walk.give(holder.device().wrongCode());
        }
        assertThat(walk.give(holder.device().code()).isIn()).isFalse();
        assertThat(there.go(holder)).isEqualTo(Outcome.SHUT);
        assertThat(watched.directGrant(
                                APP,
                                holder.user(),
                                Map.of("totp", holder.device().code()))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void S23_thirtyLogInsAtOnceAreOneMail(NewRealm newRealm) {
        TestRealm patient = Placement.browser(newRealm).create();
        CodeWay there = new CodeWay(patient, inbox);
        there.bind(Placement.CONDITIONAL);
        Holder holder = there.newHolder(Holding.MAIL);
        List<Walk> walks = Parallel.run(30, number -> () -> there.withoutSecondFactor(holder));
        assertThat(walks).allSatisfy(walk -> assertThat(walk.codePage()).contains(Walk.Page.MAIL));
        String code = holder.mailedCode();
        assertThat(walks.stream().filter(walk -> walk.has("name=\"code\"")).findFirst())
                .hasValueSatisfying(walk -> assertThat(walk.give(code).isIn()).isTrue());
        assertThat(inbox.all(holder.user().email()).stream().filter(Mail::hasCode))
                .hasSize(1);
    }

    @Test
    void S25_whoIsLockedBetweenPasswordAndCodeGetsInAtNoDoor(NewRealm newRealm) {
        TestRealm strict = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .browserFlow(BrowserFlow.anyOf("two-factor-totp-form"))
                .bruteForce(2)
                .create();
        Enrolled user = Enrolled.withTotp(strict);
        GrantClient backend = GrantClient.confidential(strict);
        String ofBackend = backend.partialToken(user.user());
        String ofApp = user.partialToken();
        Walk walk = Walk.afresh().open(Walk.login(strict, APP, Map.of())).password(user.user());
        assertThat(walk.codePage()).contains(Walk.Page.AUTHENTICATOR_APP);
        lock(strict, user.user());

        assertThat(walk.give(user.device().code()).isIn()).isFalse();
        Answer grant = backend.redeem(ofBackend, "totp", user.device().code());
        assertThat(grant.status()).isEqualTo(400);
        assertThat(grant.field("reason")).isEqualTo("INVALID_TOKEN");
        assertThat(backend.due(ofBackend).field("reason")).isEqualTo("INVALID_TOKEN");
        assertThat(user.totp(ofApp, user.device().code()).message()).isEqualTo("INVALID_TOKEN");
        assertThat(strict.user(user.user()).getUserSessions()).hasSize(1);
    }

    @Test
    void S39_aPasswordResetNeitherSkipsTheSecondFactorNorUnlocksIt() {
        way.bind(Placement.CONDITIONAL);
        Holder locked = way.newHolder(Holding.LOCKED);
        String code = resetCode(locked.user());
        String password = "Pw3-" + locked.user().password();
        Answer reset = realm.api()
                .put("/user/password/otp")
                .json(Map.of("userEmail", locked.user().email(), "otp", code, "newPassword", password))
                .send();
        assertThat(reset.status()).as(reset.text()).isEqualTo(200);
        locked.password(password);
        Walk walk = way.withoutSecondFactor(locked);
        assertThat(walk.isIn()).isFalse();
        assertThat(locked.answer(walk, Walk.Page.AUTHENTICATOR_APP).isIn()).isFalse();
        Answer login = realm.api()
                .post("/auth/login")
                .json(Map.of("username", locked.user().username(), "password", password))
                .send();
        assertThat(login.message()).isEqualTo("2FA_REQUIRED");
    }

    private String resetCode(TestUser user) {
        assertThat(realm.api()
                        .post("/user/password/reset/send")
                        .json(Map.of("email", user.email()))
                        .send()
                        .status())
                .isEqualTo(200);
        return inbox.next(user.email(), mail -> mail.hasCode()).code();
    }

    /** Keycloak counts in the background, and has no other way to tell that it has done so. */
    private static void lock(TestRealm strict, TestUser user) {
        for (int i = 0; i < 2; i++) {
            strict.directGrant(APP, user, Map.of("password", "wrong"));
        }
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Boolean.TRUE.equals(
                strict.admin().attackDetection().bruteForceUserStatus(user.id()).get("disabled"))) {
            assertThat(Instant.now()).as("Keycloak locks the user").isBefore(deadline);
        }
    }
}
