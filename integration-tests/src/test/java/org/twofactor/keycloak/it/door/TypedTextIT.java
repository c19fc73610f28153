package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.browser.HttpBrowser;
import org.twofactor.keycloak.it.grant.GrantClient;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.BrowserFlow;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** Codes as people paste them, what can't be a code, and what is no text at all: the same at every door. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypedTextIT {
    /** Seven: two more than the guesses that are free. */
    private static final List<String> NO_CODES =
            List.of("12345", "123456789", "12345a", "nonsense", "12 34 5", "1234567890123456", "ABCDEFGHJKLM2340");

    private static final List<String> NO_TEXTS = List.of("\\ud800", "\\udc00\\ud800", "\\u0000");

    private final TestRealm realm;
    private final Inbox inbox;
    private final JsonNode document;

    TypedTextIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0", "resetMailsPerHour", "10"))
                .browserFlow(BrowserFlow.anyOf("two-factor-totp-form", "two-factor-recovery-code-form"))
                .create();
        this.inbox = inbox;
        this.document = realm.api().get("/user/openapi.json").send().json();
    }

    /** https://github.com/devise-two-factor/devise-two-factor/pull/195, https://github.com/wso2/product-is/issues/17641 */
    @Test
    void S59_aCodeOfAnAppIsReadAsItIsPasted() {
        TestUser owner = realm.newUser();
        String token = realm.accessToken(owner);
        Device device = Device.scanning(realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(token)
                .json("{}")
                .send()
                .field("url"));
        assertThat(realm.api()
                        .post("/user/2fa/totp/enable")
                        .bearer(token)
                        .json(Map.of("totp", grouped(device.code(), "\u00A0")))
                        .send()
                        .status())
                .isEqualTo(200);

        Enrolled user = Enrolled.withTotp(realm);
        GrantClient client = GrantClient.open(realm);
        List<UnaryOperator<String>> pasted = List.of(
                code -> grouped(code, " "),
                code -> grouped(code, "\u2009"),
                code -> grouped(code, "\u2011"),
                code -> grouped(code, "\u2014"),
                code -> digits(code, '\u0660'),
                code -> digits(code, '\uFF10'));
        for (UnaryOperator<String> paste : pasted) {
            Answer rest =
                    user.totp(user.accessToken(), paste.apply(user.device().code()));
            assertThat(rest.status()).as(rest.text()).isEqualTo(200);
            Answer direct = realm.directGrant(
                    TestClients.APP,
                    user.user(),
                    Map.of("totp", paste.apply(user.device().code())));
            assertThat(direct.status()).as(direct.text()).isEqualTo(200);
            Answer grant = client.redeem(
                    client.partialToken(user.user()),
                    "totp",
                    paste.apply(user.device().code()));
            assertThat(grant.status()).as(grant.text()).isEqualTo(200);
            HttpBrowser browser = HttpBrowser.withPassword(realm, user.user())
                    .code(paste.apply(user.device().code()));
            assertThat(browser.loggedIn()).as(browser.heading()).isTrue();
        }
    }

    @Test
    void S59_aRecoveryCodeIsReadAsItIsPasted() {
        Enrolled user = Enrolled.withTotp(realm);
        GrantClient client = GrantClient.open(realm);
        String written = inFours(user.recoveryCode()).toLowerCase(Locale.ROOT);
        assertThat(user.recoveryCode(user.accessToken(), written).status()).isEqualTo(200);
        assertThat(client.redeem(client.partialToken(user.user()), "recovery-code", inFours(user.recoveryCode()))
                        .status())
                .isEqualTo(200);
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user())
                .tryOtherWay()
                .code(inFours(user.recoveryCode()).toLowerCase(Locale.ROOT));
        assertThat(browser.loggedIn()).as(browser.heading()).isTrue();
    }

    @Test
    void S59_aMailedCodeIsReadAsItIsPasted() {
        TestUser owner = realm.newUser();
        String token = realm.accessToken(owner);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, owner.email()));
        assertThat(EmailEnrolled.enable(realm, token, grouped(EmailEnrolled.code(inbox, owner.email()), " "))
                        .status())
                .isEqualTo(200);
        EmailEnrolled user = EmailEnrolled.of(realm, inbox, owner, owner.email(), token);
        assertThat(user.authenticate(token, digits(user.challengedCode(token), '\u0660'))
                        .status())
                .isEqualTo(200);

        TestUser mover = realm.newUser();
        String movers = realm.accessToken(mover);
        String code = Transfer.initiatedCode(realm, inbox, movers, "new-" + mover.email());
        assertNothingToSay(Transfer.complete(realm, movers, grouped(code, "\u2013")));

        TestUser forgetful = realm.newUser();
        String reset = resetCode(forgetful);
        assertNothingToSay(realm.api()
                .post("/user/password/reset/validate")
                .json(Map.of("email", forgetful.email(), "otp", grouped(reset, "\u202F")))
                .send());
        assertNothingToSay(realm.api()
                .put("/user/password/otp")
                .json(Map.of(
                        "userEmail", forgetful.email(), "otp", digits(reset, '\uFF10'), "newPassword", newPassword()))
                .send());
    }

    @Test
    void S59_whatCannotBeACodeCostsNoGuessAtAnyDoor() {
        Enrolled user = Enrolled.withTotp(realm);
        GrantClient client = GrantClient.open(realm);
        String partial = client.partialToken(user.user());
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        for (String text : NO_CODES) {
            assertThat(user.totp(user.accessToken(), text).status()).as(text).isEqualTo(400);
            assertThat(user.recoveryCode(user.accessToken(), text).status()).isEqualTo(400);
            Answer direct = realm.directGrant(TestClients.APP, user.user(), Map.of("totp", text));
            assertThat(direct.field("error")).as(text).isEqualTo("invalid_grant");
            for (String factor : List.of("totp", "recovery-code")) {
                assertThat(client.redeem(partial, factor, text).field("error"))
                        .as(text)
                        .isEqualTo("invalid_request");
            }
            assertThat(browser.code(text).error()).as(text).hasValue("This code is not right. Check it and try again.");
        }
        assertThat(user.nextGuess().json().get("duration").asInt()).isZero();
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
        assertThat(client.redeem(partial, "recovery-code", user.recoveryCode()).status())
                .isEqualTo(200);
    }

    @Test
    void S56_whatIsNoTextInAFormIsNoCodeAndCostsNoGuess() {
        Enrolled user = Enrolled.withTotp(realm);
        GrantClient client = GrantClient.open(realm);
        String partial = client.partialToken(user.user());
        HttpBrowser browser = HttpBrowser.withPassword(realm, user.user());
        for (int guess = 0; guess < 7; guess++) {
            String text = user.device().shownNow() + "\u0000";
            assertThat(realm.directGrant(TestClients.APP, user.user(), Map.of("totp", text))
                            .status())
                    .isEqualTo(400);
            assertThat(client.redeem(partial, "totp", text).field("error")).isEqualTo("invalid_request");
            assertThat(browser.code(text).loggedIn()).isFalse();
        }
        assertThat(browser.code(user.device().code()).loggedIn()).isTrue();
    }

    /** Strangers learnt from it who has an account, and a reset code was spent by a password that could not be set. */
    @Test
    void S28_S30_S56_whatIsNoTextIsRefusedInEveryFieldBeforeAnythingIsLookedUp() {
        TestUser known = realm.newUser();
        String token = realm.accessToken(known);
        String code = resetCode(known);
        int fields = 0;
        for (DocumentedOperation operation : DocumentedOperation.there(realm)) {
            for (String field : stringFields(operation)) {
                fields++;
                for (String noText : NO_TEXTS) {
                    Map<String, String> ofKnown = values(known.username(), known.email(), known.password(), code);
                    Map<String, String> ofUnknown = values("nobody", "nobody@example.net", known.password(), code);
                    Answer answer = send(operation, token, ofKnown, field, noText);
                    assertThat(answer.status())
                            .as("%s %s %s: %s", operation, field, noText, answer.text())
                            .isEqualTo(400);
                    assertThat(answer.message())
                            .isEqualTo(
                                    operation.path().startsWith("/v1/")
                                            ? "Missing or misformatted query parameter or body"
                                            : "body/" + field + " must be Unicode text without NUL");
                    assertThat(send(operation, token, ofUnknown, field, noText).text())
                            .isEqualTo(answer.text());
                }
            }
        }
        assertThat(fields).as("the fields of rows 1 to 28").isEqualTo(19);
        assertNothingToSay(realm.api()
                .put("/user/password/otp")
                .json(Map.of("userEmail", known.email(), "otp", code, "newPassword", newPassword()))
                .send());
    }

    private List<String> stringFields(DocumentedOperation operation) {
        JsonNode body = resolved(operation.node().path("requestBody"));
        JsonNode schema = resolved(body.path("content").path("application/json").path("schema"));
        return schema.path("properties").properties().stream()
                .filter(it -> resolved(it.getValue()).path("type").asText().equals("string"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
    }

    private static Map<String, String> values(String username, String email, String password, String code) {
        return Map.of(
                "username", username,
                "email", email,
                "userEmail", email,
                "password", password,
                "oldPassword", password,
                "newPassword", "Valid-Passw0rd",
                "otp", code,
                "totp", "123456",
                "recoveryCode", "ABCDEFGHJKLM2345");
    }

    private Answer send(
            DocumentedOperation operation, String token, Map<String, String> values, String field, String noText) {
        String body = stringFields(operation).stream()
                .map(name -> "\"%s\":\"%s\"".formatted(name, values.get(name) + (name.equals(field) ? noText : "")))
                .collect(Collectors.joining(",", "{", "}"));
        return realm.api()
                .call(operation.method(), operation.path())
                .bearer(token)
                .json(body)
                .send();
    }

    private String resetCode(TestUser user) {
        assertNothingToSay(realm.api()
                .post("/user/password/reset/send")
                .json(Map.of("email", user.email()))
                .send());
        return EmailEnrolled.code(inbox, user.email());
    }

    private static String newPassword() {
        String password = "Nw2-" + UUID.randomUUID();
        IssuedSecrets.add("password", password);
        return password;
    }

    private static String grouped(String code, String between) {
        return " " + code.substring(0, 3) + between + code.substring(3) + "\n";
    }

    private static String inFours(String code) {
        return code.replaceAll("(.{4})(?=.)", "$1-");
    }

    private static String digits(String code, char zero) {
        return code.chars()
                .map(digit -> zero + digit - '0')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
