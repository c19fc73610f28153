package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/**
 * Every body that is not as it must be is refused in the words of the contract, whatever is wrong with it, before
 * anything is looked at or done. {@code Api} checks the shape and the headers of each answer.
 */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErrorShapeIT {
    private static final int MOST_BYTES = 8192;

    private final TestRealm realm;
    private final TestUser user;
    private final String token;

    ErrorShapeIT(TestRealm realm) {
        this.realm = realm;
        this.user = realm.newUser();
        this.token = realm.accessToken(user);
    }

    /** A string in a body, and how long it may be. */
    record Field(String name, int least, int most) {}

    /** An operation that takes a body, and what it must hold. */
    record Target(String path, List<Field> fields) {
        @Override
        public String toString() {
            return path;
        }
    }

    static Stream<Target> withFields() {
        return Stream.of(
                new Target("/auth/login", List.of(new Field("username", 1, 256), new Field("password", 1, 256))),
                new Target("/user/2fa/totp/enable", List.of(new Field("totp", 6, 6))),
                new Target("/user/2fa/totp/authenticate", List.of(new Field("totp", 6, 8))),
                new Target("/user/2fa/recovery-code/authenticate", List.of(new Field("recoveryCode", 16, 16))));
    }

    static Stream<Target> withEmptyObject() {
        return Stream.of(
                new Target("/user/2fa/totp/setup", List.of()), new Target("/user/2fa/recovery-code/reset", List.of()));
    }

    static Stream<Target> all() {
        return Stream.concat(withFields(), withEmptyObject());
    }

    @ParameterizedTest
    @MethodSource("withFields")
    void S56_aFieldThatIsMissingOfAnotherTypeTooShortOrTooLongIsNamed(Target target) {
        for (Field field : target.fields()) {
            Map<String, Object> others = new HashMap<>(good(target));
            others.remove(field.name());
            assertRefused(call(target).json(others), "body must have required property '%s'".formatted(field.name()));
            others.put(field.name().toUpperCase(Locale.ROOT), "a".repeat(field.least()));
            assertRefused(call(target).json(others), "body must have required property '%s'".formatted(field.name()));

            for (String wrong : List.of("null", "123456", "1.5", "true", "[]", "[\"123456\"]", "{}", "{\"a\":\"b\"}")) {
                assertRefused(
                        call(target).json(withRaw(target, field, wrong)),
                        "body/%s must be string".formatted(field.name()));
            }
            assertRefused(
                    call(target).json(with(target, field, field.least() - 1)),
                    "body/%s must NOT have fewer than %d characters".formatted(field.name(), field.least()));
            assertRefused(
                    call(target).json(with(target, field, 0)),
                    "body/%s must NOT have fewer than %d characters".formatted(field.name(), field.least()));
            for (int length : List.of(field.most() + 1, 5000)) {
                assertRefused(
                        call(target).json(with(target, field, length)),
                        "body/%s must NOT have more than %d characters".formatted(field.name(), field.most()));
            }
        }
    }

    /** The first and the last length that will do get past the body, to the state (409) or the guess (401). */
    @ParameterizedTest
    @MethodSource("withFields")
    void S56_aFieldOfTheLeastAndOfTheMostCharactersIsFine(Target target) {
        for (Field field : target.fields()) {
            for (int length : List.of(field.least(), field.most())) {
                Answer answer = call(target).json(with(target, field, length)).send();
                assertThat(answer.status()).as(answer.text()).isIn(401, 409);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void S56_jsonThatIsNoObjectIsRefused(Target target) {
        for (String body : List.of("[]", "[{}]", "\"text\"", "null", "5", "-1.5e3", "true", "false", " \n null \n ")) {
            assertRefused(call(target).json(body), "body must be object");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void S56_whatIsNoJsonIsRefusedAndNothingOfItIsQuoted(Target target) {
        String good = json(good(target));
        for (String body : List.of(
                "{",
                "}",
                "{\"a\"",
                "{\"a\":}",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "/* comment */ {}",
                "hunter2",
                "\u0000",
                good + "{}",
                good + " hunter2",
                good + "]",
                "{\"a\":\"hunter2\",\"a\":\"hunter2\"}",
                "{\"a\":\"line\nbreak\"}",
                "{\"a\":" + "9".repeat(5000) + "}",
                "[".repeat(2000),
                "[".repeat(2000) + "]".repeat(2000),
                "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}",
                "{\"a\":".repeat(1300) + "1" + "}".repeat(1300))) {
            Answer answer = assertRefused(call(target).json(body), "body must be JSON");
            assertThat(answer.text()).doesNotContain("hunter2");
        }
    }

    @ParameterizedTest
    @MethodSource("withFields")
    void S56_aFieldThatComesTwiceIsRefusedRatherThanChosenFrom(Target target) {
        Field field = target.fields().get(0);
        String twice = "\"%s\":\"%s\"".formatted(field.name(), "a".repeat(field.least()));
        assertRefused(call(target).json("{" + twice + "," + twice + "}"), "body must be JSON");
    }

    @ParameterizedTest
    @MethodSource("all")
    void S56_bytesThatAreNoUtf8AreRefused(Target target) {
        for (String bytes :
                List.of("\u00ff\u00fe", "\u00c3(", "\u00ed\u00a0\u0080", "\u00f8\u0088\u0080\u0080\u0080")) {
            byte[] body = ("{\"a\":\"" + bytes + "\"}").getBytes(StandardCharsets.ISO_8859_1);
            assertRefused(
                    call(target).header("Content-Type", "application/json").rawBody(body), "body must be JSON");
        }
    }

    @ParameterizedTest
    @MethodSource("withFields")
    void S56_anEmptyBodyIsNoJsonWhereSomethingMustStandInIt(Target target) {
        assertRefused(call(target), "body must be JSON");
        assertRefused(call(target).json(""), "body must be JSON");
        assertRefused(call(target).json("  "), "body must be object");
    }

    @Test
    void S56_whereNothingMustStandInTheBodyNoneIsAsGoodAsAnEmptyObject() {
        assertThat(post("/user/2fa/totp/setup").send().status()).isEqualTo(200);
        assertThat(post("/user/2fa/totp/setup").json("").send().status()).isEqualTo(200);
        assertThat(post("/user/2fa/totp/setup").json("{\"more\":[1]}").send().status())
                .isEqualTo(200);
        assertThat(post("/user/2fa/recovery-code/reset").send().message()).isEqualTo("2FA_IS_DISABLED");
    }

    @Test
    void S56_aBodyOf8192BytesIsReadAndOneOf8193IsNot() {
        String login = json(Map.of("username", user.username(), "password", user.password()));
        assertThat(realm.api()
                        .post("/auth/login")
                        .json(padded(login, MOST_BYTES))
                        .send()
                        .status())
                .isEqualTo(200);
        all().forEach(target -> {
            Answer atTheLimit =
                    call(target).json(padded(json(good(target)), MOST_BYTES)).send();
            assertThat(atTheLimit.status()).as(atTheLimit.text()).isNotEqualTo(400);
            for (int bytes : List.of(MOST_BYTES + 1, 1024 * 1024)) {
                assertRefused(
                        call(target).json(padded(json(good(target)), bytes)), "body must NOT be larger than 8 KiB");
            }
        });
    }

    @Test
    void S56_propertiesThatNobodyKnowsAndNoiseInTheQueryAreIgnored() {
        Map<String, Object> login = new HashMap<>(Map.of("username", user.username(), "password", user.password()));
        login.put("Password", "wrong");
        login.put("__proto__", Map.of("admin", true));
        login.put("deep", List.of(List.of(List.of(Map.of()))));
        assertThat(realm.api()
                        .post("/auth/login?a=b&a=c&&=&language=&username=other&password=other&origin="
                                + "x".repeat(999))
                        .json(login)
                        .send()
                        .status())
                .isEqualTo(200);
    }

    /** Token before body, body before state: with none in order, the first complaint is about the token. */
    @ParameterizedTest
    @MethodSource("all")
    void S56_theTokenIsAskedForBeforeTheBodyIsLookedAt(Target target) {
        if (!target.path().equals("/auth/login")) {
            Answer answer = realm.api().post(target.path()).json("{").send();
            assertThat(answer.message()).isEqualTo("NO_TOKEN_PROVIDED");
        }
    }

    private Api.Call call(Target target) {
        return target.path().equals("/auth/login") ? realm.api().post(target.path()) : post(target.path());
    }

    private Api.Call post(String path) {
        return realm.api().post(path).bearer(token);
    }

    private static Answer assertRefused(Api.Call call, String sentence) {
        Answer answer = call.send();
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo(sentence);
        assertThat(answer.json().required("error").textValue()).isEqualTo("Bad Request");
        assertThat(answer.json()).hasSize(3);
        return answer;
    }

    private Map<String, Object> good(Target target) {
        return target.fields().stream()
                .collect(Collectors.toMap(
                        Field::name,
                        field -> field.name().equals("username")
                                ? realm.name() + "-nobody"
                                : "2".repeat(field.least())));
    }

    private Map<String, Object> with(Target target, Field field, int length) {
        Map<String, Object> body = new HashMap<>(good(target));
        // Somebody new each time, or else nobody's password would soon be guarded.
        String text = UUID.randomUUID().toString().repeat(200);
        if (!body.containsKey("username")) {
            // What could be a code.
            text = text.replaceAll("[^2-9]", "7");
        }
        body.put(field.name(), text.substring(0, length));
        if (!field.name().equals("username") && body.containsKey("username")) {
            body.put("username", text.substring(0, 36));
        }
        return body;
    }

    private String withRaw(Target target, Field field, String value) {
        Map<String, Object> others = new HashMap<>(good(target));
        others.remove(field.name());
        String rest = json(others);
        return "{\"" + field.name() + "\":" + value + (others.isEmpty() ? "}" : "," + rest.substring(1));
    }

    private static String padded(String json, int bytes) {
        return json + " ".repeat(bytes - json.getBytes(StandardCharsets.UTF_8).length);
    }

    private static String json(Map<String, ?> fields) {
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
