package org.twofactor.keycloak.it.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/** A user with TOTP on, the phone in hand and the recovery codes on paper: what most stories begin with. */
public final class Enrolled {
    private final TestRealm realm;
    private final TestUser user;
    private final Device device;
    private final List<String> recoveryCodes;
    private final String accessToken;
    private final AtomicInteger handedOut;

    private Enrolled(
            TestRealm realm,
            TestUser user,
            Device device,
            List<String> recoveryCodes,
            String accessToken,
            AtomicInteger handedOut) {
        this.realm = realm;
        this.user = user;
        this.device = device;
        this.recoveryCodes = List.copyOf(recoveryCodes);
        this.accessToken = accessToken;
        this.handedOut = handedOut;
    }

    /** A new user of the realm who sets TOTP up over REST. */
    public static Enrolled withTotp(TestRealm realm) {
        return withTotp(realm, realm.newUser());
    }

    public static Enrolled withTotp(TestRealm realm, TestUser user) {
        String accessToken = realm.accessToken(user);
        Answer setUp = realm.api()
                .post("/user/2fa/totp/setup")
                .bearer(accessToken)
                .json("{}")
                .send();
        Device device = Device.scanning(setUp.field("url"));
        Answer enabled = realm.api()
                .post("/user/2fa/totp/enable")
                .bearer(accessToken)
                .json(Map.of("totp", device.code()))
                .send();
        assertThat(enabled.status()).as(enabled.text()).isEqualTo(200);
        return new Enrolled(realm, user, device, texts(enabled), accessToken, new AtomicInteger());
    }

    /** The same user, with the same phone and paper, at another server of the realm. */
    public Enrolled at(TestRealm there) {
        return new Enrolled(there, user, device, recoveryCodes, accessToken, handedOut);
    }

    public TestUser user() {
        return user;
    }

    public Device device() {
        return device;
    }

    public List<String> recoveryCodes() {
        return recoveryCodes;
    }

    /** A recovery code that was not handed out yet. */
    public String recoveryCode() {
        return recoveryCodes.get(handedOut.getAndIncrement());
    }

    /** Of the session in which TOTP was enrolled. */
    public String accessToken() {
        return accessToken;
    }

    /** A new partial auth token, by {@code /auth/login}. */
    public String partialToken() {
        Answer login = realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
        assertThat(login.status()).as(login.text()).isEqualTo(401);
        return login.field("partialAuthToken");
    }

    /** All three tokens, by a partial one and a code of the app. */
    public Answer logIn() {
        Answer tokens = totp(partialToken(), device.code());
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        return tokens;
    }

    /** The access token of another session, by Keycloak's direct grant. */
    public String newAccessToken() {
        return realm.directGrant(TestClients.APP, user, Map.of("totp", device.code()))
                .field("access_token");
    }

    /** A sudo token for the session of {@link #accessToken}. */
    public String sudoToken() {
        Answer answer = totp(accessToken, device.code());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.field("sudoToken");
    }

    public Answer totp(String token, String code) {
        return realm.api()
                .post("/user/2fa/totp/authenticate")
                .bearer(token)
                .json(Map.of("totp", code))
                .send();
    }

    public Answer recoveryCode(String token, String code) {
        return realm.api()
                .post("/user/2fa/recovery-code/authenticate")
                .bearer(token)
                .json(Map.of("recoveryCode", code))
                .send();
    }

    /** What {@code next-guess} says of TOTP. */
    public Answer nextGuess() {
        return realm.api().get("/user/2fa/totp/next-guess").bearer(accessToken).send();
    }

    /** What {@code GET /user/2fa} says of the user. */
    public Answer methods() {
        return realm.api().get("/user/2fa").bearer(accessToken).send();
    }

    /** The codes of an answer that has some. */
    public static List<String> texts(Answer answer) {
        List<String> codes = new ArrayList<>();
        answer.json().required("recoveryCodes").forEach(code -> codes.add(code.textValue()));
        return codes;
    }
}
