package org.twofactor.keycloak.it.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;

/** A user with email OTP on, who reads the mailbox: what most stories of the mail factor begin with. */
public final class EmailEnrolled {
    private final TestRealm realm;
    private final Inbox inbox;
    private final TestUser user;
    private final String address;
    private final String accessToken;
    private final List<String> recoveryCodes;

    private EmailEnrolled(
            TestRealm realm,
            Inbox inbox,
            TestUser user,
            String address,
            String accessToken,
            List<String> recoveryCodes) {
        this.realm = realm;
        this.inbox = inbox;
        this.user = user;
        this.address = address;
        this.accessToken = accessToken;
        this.recoveryCodes = List.copyOf(recoveryCodes);
    }

    /** A new user of the realm who sets email OTP up over REST, with the account's address. */
    public static EmailEnrolled in(TestRealm realm, Inbox inbox) {
        TestUser user = realm.newUser();
        return in(realm, inbox, user, user.email());
    }

    public static EmailEnrolled in(TestRealm realm, Inbox inbox, TestUser user, String address) {
        String accessToken = realm.accessToken(user);
        assertNothingToSay(setUp(realm, accessToken, address));
        Answer enabled = enable(realm, accessToken, code(inbox, address));
        assertThat(enabled.status()).as(enabled.text()).isEqualTo(200);
        return new EmailEnrolled(realm, inbox, user, address, accessToken, Enrolled.texts(enabled));
    }

    /** A user who has it on already; without the recovery codes. */
    public static EmailEnrolled of(TestRealm realm, Inbox inbox, TestUser user, String address, String accessToken) {
        return new EmailEnrolled(realm, inbox, user, address, accessToken, List.of());
    }

    /**
     * A new user who has set up nothing and logs in by a code to the account's address, in a realm that takes it for a
     * factor.
     */
    public static EmailEnrolled withoutSetUp(TestRealm realm, Inbox inbox) {
        TestUser user = realm.newUser();
        EmailEnrolled half = of(realm, inbox, user, user.email(), "");
        String partial = half.partialToken();
        Answer tokens = half.authenticate(partial, half.challengedCode(partial));
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        return of(realm, inbox, user, user.email(), tokens.field("accessToken"));
    }

    /** The same user at another server of the realm. */
    public EmailEnrolled at(TestRealm there) {
        return new EmailEnrolled(there, inbox, user, address, accessToken, recoveryCodes);
    }

    public static Answer setUp(TestRealm realm, String token, String address) {
        return realm.api()
                .post("/user/2fa/email-otp/setup")
                .bearer(token)
                .json(Map.of("email", address))
                .send();
    }

    public static Answer enable(TestRealm realm, String token, String code) {
        return realm.api()
                .post("/user/2fa/email-otp/enable")
                .bearer(token)
                .json(Map.of("otp", code))
                .send();
    }

    /** The code of the next mail to that address that has one. */
    public static String code(Inbox inbox, String address) {
        return code(inbox.next(address, Mail::hasCode));
    }

    /** The code of a mail. */
    public static String code(Mail mail) {
        String code = mail.code();
        IssuedSecrets.add("mail code", code);
        return code;
    }

    /** Another code of six digits. */
    public static String otherThan(String code) {
        return String.format("%06d", (Integer.parseInt(code) + 1) % 1_000_000);
    }

    public static void assertNothingToSay(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("null");
    }

    public TestUser user() {
        return user;
    }

    public String address() {
        return address;
    }

    public String accessToken() {
        return accessToken;
    }

    public List<String> recoveryCodes() {
        return recoveryCodes;
    }

    /** A new partial auth token, by {@code /auth/login}. */
    public String partialToken() {
        Answer login = logIn(realm, user);
        assertThat(login.status()).as(login.text()).isEqualTo(401);
        return login.field("partialAuthToken");
    }

    /** With name and password, by {@code /auth/login}. */
    public static Answer logIn(TestRealm realm, TestUser user) {
        return realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send();
    }

    public Answer challenge(String token) {
        return challenge(token, "");
    }

    /** @param query with its question mark */
    public Answer challenge(String token, String query) {
        return realm.api()
                .post("/user/2fa/email-otp/challenge" + query)
                .bearer(token)
                .json("{}")
                .send();
    }

    /** The code of a new challenge. */
    public String challengedCode(String token) {
        assertNothingToSay(challenge(token));
        return nextCode();
    }

    public String nextCode() {
        return code(inbox, address);
    }

    public Answer authenticate(String token, String code) {
        return realm.api()
                .post("/user/2fa/email-otp/authenticate")
                .bearer(token)
                .json(Map.of("otp", code))
                .send();
    }

    /** A sudo token for the session of {@link #accessToken}. */
    public String sudoToken() {
        Answer answer = authenticate(accessToken, challengedCode(accessToken));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.field("sudoToken");
    }

    /** The same by the first recovery code, for whom email OTP is of no use. */
    public String sudoTokenByRecoveryCode() {
        Answer answer = recoveryCode(accessToken, recoveryCodes.get(0));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.field("sudoToken");
    }

    public Answer recoveryCode(String token, String code) {
        return realm.api()
                .post("/user/2fa/recovery-code/authenticate")
                .bearer(token)
                .json(Map.of("recoveryCode", code))
                .send();
    }

    public Answer nextEmail(String token) {
        return realm.api().get("/user/2fa/email-otp/next-email").bearer(token).send();
    }

    /** What {@code GET /user/2fa} says of the user. */
    public Answer methods() {
        return realm.api().get("/user/2fa").bearer(accessToken).send();
    }

    public Answer disable(String token) {
        return realm.api().delete("/user/2fa/email-otp").bearer(token).send();
    }
}
