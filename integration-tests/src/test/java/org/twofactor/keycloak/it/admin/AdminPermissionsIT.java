package org.twofactor.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.representations.idm.ClientRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.token.AccountRights;

/** Who may look and who may change is what Keycloak says of its own users' administration, to the last refusal. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminPermissionsIT {
    private static final int FREE_GUESSES = 5;

    private final TestRealm realm;
    private final TestRealm other;
    private final Enrolled user;
    private final TestUser stranger;

    AdminPermissionsIT(NewRealm newRealm, NewRealm another) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(it -> it.setAdminPermissionsEnabled(true))
                .create();
        this.other = another.create();
        this.user = Enrolled.withTotp(realm);
        this.stranger = other.newUser();
    }

    /** Every operation there is: those that look, then those that change. */
    private Stream<Function<SupportDesk, Answer>> looking(TestUser at) {
        return Stream.of(SupportDesk::summary, desk -> desk.users(""), desk -> desk.state(at));
    }

    private Stream<Function<SupportDesk, Answer>> changing(TestUser at) {
        return Stream.of(desk -> desk.unlock(at), desk -> desk.unlock(at, "totp"), desk -> desk.reset(at));
    }

    @Test
    void withoutATokenNobodyIsLetIn() {
        assertAll(SupportDesk.bearing(realm, null), 401);
        assertUnharmed();
    }

    @Test
    void S32_noOtherKindOfTokenOpensTheDoor() {
        Answer tokens = user.logIn();
        for (String token : List.of(
                tokens.field("sudoToken"),
                tokens.field("refreshToken"),
                user.partialToken(),
                "not.a.token",
                tokens.field("accessToken") + "x")) {
            assertAll(SupportDesk.bearing(realm, token), 401);
        }
        assertUnharmed();
    }

    @Test
    void aPlainUserIsLetInNowhereNotEvenToHimself() {
        assertAll(SupportDesk.bearing(realm, user.logIn().field("accessToken")), 403);
        assertUnharmed();
    }

    @Test
    void whoMayViewUsersSeesAndChangesNothing() {
        SupportDesk viewer = SupportDesk.with(realm, "view-users");
        looking(user.user())
                .forEach(look -> assertThat(look.apply(viewer).status()).isEqualTo(200));
        changing(user.user())
                .forEach(change -> assertThat(change.apply(viewer).status()).isEqualTo(403));
        assertUnharmed();
    }

    @Test
    void whoMayManageUsersMayDoAll() {
        Enrolled helped = Enrolled.withTotp(realm);
        SupportDesk manager = SupportDesk.with(realm, "manage-users");
        Stream.concat(looking(helped.user()), changing(helped.user()))
                .forEach(call -> assertThat(call.apply(manager).status()).isEqualTo(200));
    }

    @Test
    void whoMayManageSomethingElseMayDoNothing() {
        assertAll(SupportDesk.with(realm, "manage-clients", "manage-realm", "view-events", "query-users"), 403);
        assertUnharmed();
    }

    @Test
    void anAdministratorOfAnotherRealmIsLetInNowhere() {
        SupportDesk outsider = SupportDesk.with(other, "realm-admin").at(realm);
        assertAll(outsider, 403);
        assertUnharmed();
    }

    @Test
    void theAdministratorOfAllRealmsIsLetIn(Keycloak admin) {
        SupportDesk master = SupportDesk.bearing(realm, admin.tokenManager().getAccessTokenString());
        assertThat(master.state(user.user()).status()).isEqualTo(200);
        assertThat(master.summary().status()).isEqualTo(200);
    }

    @Test
    void aUserThatThereIsNotAndOneOfAnotherRealmAreAnsweredAsKeycloakAnswers() {
        SupportDesk manager = SupportDesk.with(realm, "manage-users");
        SupportDesk outsider = SupportDesk.with(realm, "manage-clients");
        TestUser nobody = new TestUser("00000000-0000-0000-0000-000000000000", "nobody", "", "");
        for (TestUser unknown : List.of(nobody, stranger)) {
            Answer own = manager.keycloak("GET", "/users/" + unknown.id());
            assertThat(own.status()).isEqualTo(404);
            Stream.concat(Stream.<Function<SupportDesk, Answer>>of(desk -> desk.state(unknown)), changing(unknown))
                    .forEach(call -> {
                        Answer ours = call.apply(manager);
                        assertThat(ours.status()).isEqualTo(404);
                        assertThat(ours.text()).isEqualTo(own.text());
                        assertThat(call.apply(outsider).status())
                                .as("who may not search learns nothing")
                                .isEqualTo(403);
                    });
        }
        Answer refused = outsider.state(user.user());
        assertThat(refused.text())
                .isEqualTo(
                        outsider.keycloak("GET", "/users/" + user.user().id()).text());
    }

    @Test
    void whatThereIsNotIsNotFound() {
        SupportDesk manager = SupportDesk.with(realm, "manage-users");
        for (String path : List.of("", "/", "/nothing", "/users/" + user.user().id() + "/nothing")) {
            assertThat(manager.call("GET", path).status()).as(path).isEqualTo(404);
        }
        assertThat(manager.call("POST", "/users/" + user.user().id()).status()).isEqualTo(405);
        assertUnharmed();
    }

    @Test
    void aFinePermissionOpensTheStateOfThatUserAlone() {
        Enrolled entrusted = Enrolled.withTotp(realm);
        TestUser agent = realm.newUser();
        AccountRights.of(realm).grant(agent, "realm-management", "query-users");
        permit(agent, entrusted.user(), "view");
        SupportDesk desk = SupportDesk.bearing(realm, realm.accessToken(agent));

        assertThat(desk.state(entrusted.user()).status()).isEqualTo(200);
        assertThat(desk.state(user.user()).status()).isEqualTo(403);
        assertThat(desk.unlock(entrusted.user()).status()).isEqualTo(403);
        assertThat(desk.reset(entrusted.user()).status()).isEqualTo(403);
        assertThat(desk.summary().status()).isEqualTo(403);
        assertThat(desk.users("").status()).isEqualTo(403);
        assertThat(entrusted.methods().json().get("enabled").asBoolean()).isTrue();

        permit(agent, entrusted.user(), "manage");
        assertThat(desk.unlock(entrusted.user(), "totp").status()).isEqualTo(200);
        assertThat(desk.reset(user.user()).status()).isEqualTo(403);
        assertUnharmed();
    }

    @Test
    void whoMayManageAUserWithoutSeeingThemChangesNothing() {
        Enrolled unseen = Enrolled.withTotp(realm);
        TestUser blind = realm.newUser();
        AccountRights.of(realm).grant(blind, "realm-management", "query-users");
        permit(blind, unseen.user(), "manage");
        for (int guess = 0; guess < FREE_GUESSES; guess++) {
            unseen.totp(unseen.partialToken(), unseen.device().wrongCode());
        }
        SupportDesk desk = SupportDesk.bearing(realm, realm.accessToken(blind));

        changing(unseen.user())
                .forEach(call -> assertThat(call.apply(desk).status())
                        .as("a change answers the state, which they may not see")
                        .isEqualTo(403));
        assertThat(unseen.totp(unseen.partialToken(), unseen.device().code()).status())
                .as("the wait that five guesses brought")
                .isEqualTo(429);
    }

    @Test
    void aPageLeavesOutWhoIsTakenAwayByAFinePermission() {
        TestUser secret = realm.newUser();
        TestUser agent = realm.newUser();
        AccountRights.of(realm).grant(agent, "realm-management", "query-users");
        permit(agent, null, "view");
        SupportDesk desk = SupportDesk.bearing(realm, realm.accessToken(agent));
        assertThat(desk.users("?max=500").text())
                .contains(secret.id(), user.user().id());

        TestUser nobody = realm.newUser();
        permit(nobody, secret, "view");
        assertThat(desk.state(secret).status()).isEqualTo(403);
        assertThat(desk.users("?max=500").text()).contains(user.user().id()).doesNotContain(secret.id());
    }

    private void assertAll(SupportDesk desk, int status) {
        Stream.concat(looking(user.user()), changing(user.user()))
                .forEach(call -> assertThat(call.apply(desk).status()).isEqualTo(status));
    }

    private void assertUnharmed() {
        assertThat(user.methods().json().get("enabled").asBoolean()).isTrue();
    }

    /** A permission of Keycloak's fine-grained ones: that agent, that user (or all), that much. */
    private void permit(TestUser agent, TestUser about, String scope) {
        String client = realm.admin().clients().findByClientId("admin-permissions").stream()
                .map(ClientRepresentation::getId)
                .findFirst()
                .orElseThrow();
        String name = scope + " " + agent.username() + " " + (about == null ? "all" : about.username());
        JsonNode policy = post(
                client,
                "policy/user",
                Map.of("name", "policy " + name, "users", List.of(agent.id()), "logic", "POSITIVE"));
        post(
                client,
                "permission/scope",
                Map.of(
                        "name",
                        "permission " + name,
                        "resourceType",
                        "Users",
                        "resources",
                        about == null ? List.of() : List.of(about.id()),
                        "scopes",
                        List.of(scope),
                        "policies",
                        List.of(policy.get("id").asText())));
    }

    private JsonNode post(String client, String path, Map<String, ?> body) {
        return SupportDesk.with(realm, "realm-admin")
                .keycloak("POST", "/clients/" + client + "/authz/resource-server/" + path, body)
                .json();
    }
}
