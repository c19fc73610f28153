package org.twofactor.keycloak.it.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.EventRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** One event for each operation that changes or proves something, with all that an investigation needs. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventIT {
    private final TestRealm realm;
    private final Enrolled user;

    EventIT(NewRealm newRealm) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.user = Enrolled.withTotp(realm);
    }

    @Test
    void S60_aLogInWithASecondFactorIsOneLoginEventOfItsClientAndSession() {
        String partial = user.partialToken();
        realm.admin().clearEvents();
        Answer tokens = user.totp(partial, user.device().code());
        EventRepresentation event = theOnlyEvent();
        assertThat(event.getType()).isEqualTo("LOGIN");
        assertThat(event.getError()).isNull();
        assertThat(event.getClientId()).isEqualTo("app");
        assertThat(event.getIpAddress()).isEqualTo("127.0.0.1");
        assertThat(event.getSessionId())
                .isEqualTo(Jwt.of(tokens.field("accessToken")).claim("sid"));
        assertThat(event.getDetails())
                .containsEntry("credential_type", "otp")
                .containsEntry("two_factor_operation", "totp-authenticate")
                .containsEntry("username", user.user().username());
    }

    @Test
    void S60_aSudoTokenIsNoLogin() {
        realm.admin().clearEvents();
        user.sudoToken();
        EventRepresentation event = theOnlyEvent();
        assertThat(event.getType()).isEqualTo("CUSTOM_REQUIRED_ACTION");
        assertThat(event.getSessionId()).isEqualTo(Jwt.of(user.accessToken()).claim("sid"));
        assertThat(event.getDetails()).containsEntry("two_factor_operation", "totp-authenticate");
    }

    @Test
    void S26_S60_aWrongCodeIsALoginErrorWithFactorAndReason() {
        realm.admin().clearEvents();
        user.totp(user.accessToken(), user.device().wrongCode());
        EventRepresentation wrong = theOnlyEvent();
        assertThat(wrong.getType()).isEqualTo("LOGIN_ERROR");
        assertThat(wrong.getError()).isEqualTo("invalid_user_credentials");
        assertThat(wrong.getUserId()).isEqualTo(user.user().id());
        assertThat(wrong.getDetails()).containsEntry("credential_type", "otp").containsEntry("reason", "TOTP_INVALID");

        realm.admin().clearEvents();
        user.recoveryCode(user.accessToken(), "AAAAAAAAAAAAAAAA");
        assertThat(theOnlyEvent().getDetails())
                .containsEntry("credential_type", "recovery-code")
                .containsEntry("reason", "RECOVERY_CODE_INVALID");
    }

    @Test
    void S60_S05_theCodesThatComeWithTheFirstFactorAreAnEventOfTheirOwn() {
        Enrolled other = Enrolled.withTotp(realm);
        assertThat(realm.events(other.user()))
                .filteredOn(event -> "UPDATE_CREDENTIAL".equals(event.getType()))
                .extracting(
                        event -> event.getDetails().get("two_factor_operation"),
                        event -> event.getDetails().get("credential_type"),
                        EventRepresentation::getClientId)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("recovery-code-made", "recovery-code", "app"),
                        org.assertj.core.groups.Tuple.tuple("totp-enable", "otp", "app"));
    }

    @Test
    void S60_everyChangeIsAnEventOfItsType() {
        Enrolled other = Enrolled.withTotp(realm);
        String sudo = other.sudoToken();
        realm.admin().clearEvents();
        realm.api()
                .post("/user/2fa/recovery-code/reset")
                .bearer(sudo)
                .json("{}")
                .send();
        realm.api().post("/user/2fa/totp/setup").bearer(sudo).json("{}").send();
        realm.api().delete("/user/2fa/totp").bearer(sudo).send();
        realm.api().delete("/user/2fa/totp").bearer(sudo).send();
        assertThat(realm.events(other.user()))
                .extracting(
                        EventRepresentation::getType,
                        EventRepresentation::getError,
                        event -> event.getDetails().get("two_factor_operation"),
                        event -> event.getDetails().get("credential_type"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "UPDATE_CREDENTIAL", null, "recovery-code-reset", "recovery-code"),
                        org.assertj.core.groups.Tuple.tuple("CUSTOM_REQUIRED_ACTION", null, "totp-setup", "otp"),
                        org.assertj.core.groups.Tuple.tuple("REMOVE_CREDENTIAL", null, "totp-disable", "otp"),
                        org.assertj.core.groups.Tuple.tuple(
                                "REMOVE_CREDENTIAL_ERROR", "totp_already_inactive", "totp-disable", "otp"));
    }

    @Test
    void S60_aPasswordThatWasRightButNotEnoughSaysSoAtBothDoors() {
        realm.admin().clearEvents();
        user.partialToken();
        realm.directGrant(user.user());
        assertThat(realm.events(user.user())).hasSize(2).allSatisfy(event -> {
            assertThat(event.getType()).isEqualTo("LOGIN_ERROR");
            assertThat(event.getError()).isEqualTo("mfa_required");
            assertThat(event.getClientId()).isEqualTo("app");
        });
    }

    @Test
    void S60_aRefusedTokenIsAnEventToo() {
        realm.admin().clearEvents();
        realm.api()
                .post("/user/2fa/totp/authenticate")
                .bearer("no token at all")
                .json(Map.of("totp", "123456"))
                .send();
        assertThat(realm.events("LOGIN_ERROR"))
                .singleElement()
                .extracting(EventRepresentation::getError)
                .isEqualTo("invalid_token");
    }

    @Test
    void S58_eventsHoldNoSecret() {
        user.sudoToken();
        user.recoveryCode(user.partialToken(), user.recoveryCode());
        realm.directGrant("app", user.user(), Map.of("totp", user.device().code()));
        String events = realm.admin().getEvents().stream()
                .map(event -> event.getDetails() + " " + event.getError())
                .toList()
                .toString();
        assertThat(IssuedSecrets.all())
                .isNotEmpty()
                .allSatisfy((secret, kind) -> assertThat(events)
                        .as(kind)
                        .doesNotContainPattern("(?<![0-9A-Za-z])" + Pattern.quote(secret) + "(?![0-9A-Za-z])"));
    }

    @Test
    void S60_metricsHaveLabelsFromAFixedSet(KeycloakServer server) throws IOException, InterruptedException {
        user.totp("eyJ" + "x".repeat(50), "123456");
        user.totp(user.accessToken(), user.device().wrongCode());
        realm.api()
                .post("/auth/login")
                .json(Map.of("username", "someone-new", "password", "x"))
                .send();
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.managementUrl() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher errors = Pattern.compile("keycloak_user_events_total\\{[^}]*error=\"([^\"]*)\"")
                .matcher(metrics);
        Set<String> labels = new TreeSet<>();
        while (errors.find()) {
            labels.add(errors.group(1));
        }
        assertThat(labels).contains("invalid_user_credentials", "invalid_token");
        assertThat(labels).allMatch(label -> label.matches("[a-z0-9_]{0,60}"), "a code, never a value");
    }

    private EventRepresentation theOnlyEvent() {
        List<EventRepresentation> events = realm.admin().getEvents().stream()
                .filter(event -> Objects.equals(event.getUserId(), user.user().id()))
                .toList();
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
