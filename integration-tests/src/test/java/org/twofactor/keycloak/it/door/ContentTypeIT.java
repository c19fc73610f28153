package org.twofactor.keycloak.it.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Contract;
import org.twofactor.keycloak.it.api.RawHttp;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** A body comes as JSON, says so, and comes whole: of everything else nothing is read. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentTypeIT {
    private static final String LOGIN = "/auth/login";
    private static final String SETUP = "/user/2fa/totp/setup";
    private static final String WRONG_TYPE = "Content-Type must be application/json";

    private final KeycloakServer server;
    private final TestRealm realm;
    private final TestUser user;
    private final String token;
    private final String login;

    ContentTypeIT(KeycloakServer server, TestRealm realm) {
        this.server = server;
        this.realm = realm;
        this.user = realm.newUser();
        this.token = realm.accessToken(user);
        this.login = "{\"username\":\"" + user.username() + "\",\"password\":\"" + user.password() + "\"}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/html",
                "text/json",
                "application/xml",
                "application/octet-stream",
                "application/x-www-form-urlencoded",
                "application/vnd.api+json",
                "application/jsonp",
                "application/*",
                "*/*",
                "*/json"
            })
    void S56_anotherContentTypeIsRefusedWhateverTheBody(String type) {
        assertRefused(LOGIN, type, login);
        assertRefused(SETUP, type, "{}");
        assertRefused(SETUP, type, "a=b");
    }

    /** JAX-RS and Keycloak both parse the header and would answer, one 400 and the other 500, in their own shapes. */
    @ParameterizedTest
    @ValueSource(strings = {"???", "application", "a/b/c", ",", "application/json, text/plain", "/", "<script>"})
    void S55_S56_aContentTypeThatIsNoneIsRefusedInOurShape(String type) {
        assertRefused(LOGIN, type, login);
        assertRefused(SETUP, type, "{}");
        Answer reading = realm.api()
                .get("/user/2fa")
                .bearer(token)
                .header("Content-Type", type)
                .send();
        assertThat(reading.message()).isEqualTo(WRONG_TYPE);
    }

    @Test
    void S56_aBodyWithoutAContentTypeIsRefused() {
        byte[] body = login.getBytes(StandardCharsets.UTF_8);
        assertThat(realm.api().post(LOGIN).rawBody(body).send().message()).isEqualTo(WRONG_TYPE);
        assertThat(realm.api().post(SETUP).bearer(token).rawBody(body).send().message())
                .isEqualTo(WRONG_TYPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;charset=UTF-8",
                "APPLICATION/JSON",
                "application/json; charset=utf-8; profile=\"x\"",
                "application/json;"
            })
    void S56_jsonIsJsonInEveryWayToWriteIt(String type) {
        assertThat(realm.api()
                        .post(LOGIN)
                        .header("Content-Type", type)
                        .rawBody(login.getBytes(StandardCharsets.UTF_8))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    /** Keycloak reads forms before us, so that for us there is no body: that must not look like an empty one. */
    @Test
    void S56_aFormIsNoEmptyBody() {
        Answer form = realm.api()
                .post(SETUP)
                .bearer(token)
                .form(Map.of("username", user.username()))
                .send();
        assertThat(form.message()).isEqualTo(WRONG_TYPE);
        assertRefused(
                SETUP,
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n");
        Answer chunked = raw(SETUP)
                .header("Authorization: Bearer " + token)
                .header("Content-Type: application/x-www-form-urlencoded")
                .header("Transfer-Encoding: chunked")
                .bodyWithoutLength("3\r\na=b\r\n0\r\n\r\n")
                .send();
        Contract.shipped().check("POST", SETUP, chunked);
        assertThat(chunked.message()).isEqualTo(WRONG_TYPE);
    }

    /**
     * These never arrive: Keycloak's reader of forms gives up before any resource is chosen, and Keycloak answers 500
     * {@code {"error":"unknown_error",…}}, here as at its own token endpoint.
     */
    @Test
    void S56_aFormThatKeycloakCannotReadIsKeycloaksOwnErrorWithoutATrace() {
        String params = IntStream.range(0, 1001).mapToObj(i -> "p" + i + "=1").collect(Collectors.joining("&"));
        for (String form : new String[] {"a=%zz", params}) {
            assertKeycloaksOwn("application/x-www-form-urlencoded", form);
        }
        assertKeycloaksOwn("multipart/form-data; boundary=x", "no part in sight");
    }

    @Test
    void S56_aCompressedBodyIsNoJson() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(login.getBytes(StandardCharsets.UTF_8));
        }
        for (byte[] body : new byte[][] {compressed.toByteArray(), "no gzip".getBytes(StandardCharsets.UTF_8)}) {
            Answer answer = realm.api()
                    .post(LOGIN)
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", "gzip")
                    .rawBody(body)
                    .send();
            assertThat(answer.message()).isEqualTo("body must be JSON");
        }
    }

    @Test
    void S56_aBodyInChunksIsCountedToo() {
        assertThat(chunked(login + " ".repeat(8192 - login.length())).status()).isEqualTo(200);
        Answer tooLarge = chunked(login + " ".repeat(8193 - login.length()));
        assertThat(tooLarge.status()).isEqualTo(400);
        assertThat(tooLarge.message()).isEqualTo("body must NOT be larger than 8 KiB");
    }

    /**
     * What is no HTTP, Keycloak's HTTP server refuses before anybody: 400 without a body for lengths that contradict
     * each other, 413 for more than 10 MiB, as soon as they are announced.
     */
    @Test
    void S56_lengthsThatAreLiesAreRefusedByTheServerAndDoNothing() {
        assertRefusedByTheServer(400, "Content-Length: -1");
        assertRefusedByTheServer(400, "Content-Length: 2", "Content-Length: 3");
        assertRefusedByTheServer(400, "Content-Length: 2", "Transfer-Encoding: chunked");
        assertRefusedByTheServer(413, "Content-Length: 20971520");
    }

    @Test
    void S56_anAnnouncedLengthShorterThanTheBodyCutsItOff() {
        Answer cut = raw(LOGIN)
                .header("Content-Type: application/json")
                .header("Content-Length: 12")
                .bodyWithoutLength(login)
                .send();
        Contract.shipped().check("POST", LOGIN, cut);
        assertThat(cut.message()).isEqualTo("body must be JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/xml", "image/png", "nonsense", "application/json;q=0", "*/*"})
    void S56_whateverTheClientWouldLikeErrorsAreJson(String accept) {
        // Api checks that they are.
        assertThat(realm.api().post(LOGIN).header("Accept", accept).send().status())
                .isEqualTo(400);
        assertThat(realm.api().get("/user/2fa").header("Accept", accept).send().status())
                .isEqualTo(401);
        assertThat(realm.api()
                        .get("/user/nothing")
                        .header("Accept", accept)
                        .send()
                        .status())
                .isEqualTo(404);
        assertThat(realm.api().put("/user/2fa").header("Accept", accept).send().status())
                .isEqualTo(405);
    }

    private void assertRefused(String path, String type, String body) {
        Answer answer = realm.api()
                .post(path)
                .bearer(token)
                .header("Content-Type", type)
                .rawBody(body.getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo(WRONG_TYPE);
    }

    private void assertKeycloaksOwn(String type, String body) {
        Answer answer = realm.api()
                .post(SETUP)
                .bearer(token)
                .header("Content-Type", type)
                .rawBody(body.getBytes(StandardCharsets.UTF_8))
                .unchecked()
                .send();
        assertThat(answer.status()).isGreaterThanOrEqualTo(400);
        assertThat(answer.json().has("error")).as(answer.text()).isTrue();
        assertThat(answer.text()).doesNotContain("\tat ", "\\tat ", "Exception", "otpauth");
    }

    private void assertRefusedByTheServer(int status, String... headers) {
        RawHttp request = raw(LOGIN).header("Content-Type: application/json");
        for (String header : headers) {
            request.header(header);
        }
        Answer answer = request.bodyWithoutLength("{}").send();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEmpty();
    }

    private Answer chunked(String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        Answer answer = raw(LOGIN)
                .header("Content-Type: application/json")
                .header("Transfer-Encoding: chunked")
                .bodyWithoutLength(Integer.toHexString(length) + "\r\n" + body + "\r\n0\r\n\r\n")
                .send();
        Contract.shipped().check("POST", LOGIN, answer);
        return answer;
    }

    private RawHttp raw(String path) {
        return RawHttp.to(server.url(), "POST /realms/" + realm.name() + path + " HTTP/1.1");
    }
}
