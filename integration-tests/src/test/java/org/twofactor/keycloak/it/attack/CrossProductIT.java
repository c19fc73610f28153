package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.attack.CodeOwner.Use;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** A mailed code is good for its own realm, user, purpose and address, and for nothing else. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrossProductIT {
    /** As lenient as a realm can be: it is not the waits that are to keep codes apart. */
    private static final Map<String, String> SETTINGS = Map.of(
            "mailInterval", "0",
            "mailsPerHour", "1000",
            "mailsPerDay", "10000",
            "codeGuesses", "10",
            "freeGuesses", "10",
            "firstWait", "1",
            "sudoLifespan", "900",
            "endOtherSessions", "false");

    private final TestRealm realm;
    private final TestRealm elsewhere;
    private final Inbox inbox;

    CrossProductIT(NewRealm newRealm, NewRealm another, Inbox inbox) {
        this.realm = prepared(newRealm);
        this.elsewhere = prepared(another);
        this.inbox = inbox;
    }

    private static TestRealm prepared(NewRealm newRealm) {
        return newRealm.settings(SETTINGS)
                .with(it -> it.setAccessTokenLifespan((int) Duration.ofDays(1).toSeconds()))
                .create();
    }

    /**
     * All codes are alive at the same time, and each door has one of its own. A code stands ten guesses, and the other
     * doors' codes are fifteen: so each door meets one half of them, then, with new codes all over, the other half.
     */
    @Test
    void S13_ofAllCodesAtAllDoorsEachOpensItsOwn(ServerClock clock) {
        List<CodeOwner> owners = List.of(
                CodeOwner.in(realm, inbox, "one"),
                CodeOwner.in(realm, inbox, "two"),
                CodeOwner.in(elsewhere, inbox, "one"),
                CodeOwner.in(elsewhere, inbox, "two"));
        List<Slot> slots = owners.stream()
                .flatMap(owner -> List.of(Use.values()).stream().map(use -> new Slot(owner, use)))
                .toList();
        int looked = 0;
        for (int half = 0; half < 2; half++) {
            Map<Slot, String> codes = new HashMap<>();
            slots.forEach(slot -> codes.put(slot, slot.owner().ask(slot.use())));
            for (Slot door : slots) {
                for (String foreign : everySecond(half, door, slots, codes)) {
                    assertThat(patiently(door, foreign, clock).message())
                            .as("%s, given another's code", door)
                            .isEqualTo("OTP_INVALID_EXPIRED");
                    looked++;
                }
            }
            for (Use use : half == 0 ? Use.THAT_CHANGE_NOTHING : Use.IN_GOOD_ORDER) {
                for (CodeOwner owner : owners) {
                    Slot door = new Slot(owner, use);
                    Answer own = patiently(door, codes.get(door), clock);
                    assertThat(own.status())
                            .as("%s, given its own: %s", door, own.text())
                            .isEqualTo(200);
                }
            }
        }
        assertThat(looked).isEqualTo(slots.size() * (slots.size() - 1));
    }

    @Test
    void S13_aChallengeIsNoGoodOnceAnotherAddressIsEnrolled(Backdoor backdoor) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String another = "another-" + user.address();
        String code = user.challengedCode(user.accessToken());
        enrolled(backdoor, user, user.address(), another);
        assertThat(user.authenticate(user.accessToken(), code).message()).isEqualTo("OTP_INVALID_EXPIRED");
        enrolled(backdoor, user, another, user.address());
        assertThat(user.authenticate(user.accessToken(), code).status())
                .as("it was the address that it was refused for")
                .isEqualTo(200);
    }

    @Test
    void S13_aChallengeDoesNotOutliveTheSetUpOfAnotherAddress() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String another = "another-" + user.address();
        String sudo = user.sudoToken();
        String code = user.challengedCode(user.accessToken());
        assertNothingToSay(EmailEnrolled.setUp(realm, sudo, another));
        assertThat(EmailEnrolled.enable(realm, user.accessToken(), EmailEnrolled.code(inbox, another))
                        .status())
                .isEqualTo(200);
        assertThat(user.authenticate(user.partialToken(), code).message()).isEqualTo("OTP_INVALID_EXPIRED");
    }

    @Test
    void S13_S12_aSetUpOfAnotherAddressEndsTheFirst() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, "first-" + user.email()));
        String first = EmailEnrolled.code(inbox, "first-" + user.email());
        assertNothingToSay(EmailEnrolled.setUp(realm, token, "second-" + user.email()));
        String second = EmailEnrolled.code(inbox, "second-" + user.email());
        assertThat(EmailEnrolled.enable(realm, token, first).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(EmailEnrolled.enable(realm, token, second).status()).isEqualTo(200);
        assertThat(realm.api()
                        .get("/user/2fa")
                        .bearer(token)
                        .send()
                        .json()
                        .at("/emailOtp/email")
                        .asText())
                .isEqualTo("second-" + user.email());
    }

    @Test
    void S13_S12_aTransferToAnotherAddressEndsTheFirst() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String first = Transfer.initiatedCode(realm, inbox, token, "first-" + user.email());
        String second = Transfer.initiatedCode(realm, inbox, token, "second-" + user.email());
        assertThat(Transfer.complete(realm, token, first).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertNothingToSay(Transfer.complete(realm, token, second));
        assertThat(realm.user(user).toRepresentation().getEmail()).isEqualTo("second-" + user.email());
    }

    /** A code and the door that it is for. */
    private record Slot(CodeOwner owner, Use use) {
        @Override
        public String toString() {
            return use + " of " + owner;
        }
    }

    private static List<String> everySecond(int half, Slot door, List<Slot> slots, Map<Slot, String> codes) {
        List<Slot> others = new ArrayList<>(slots);
        others.remove(door);
        List<String> foreign = new ArrayList<>();
        for (int number = half; number < others.size(); number += 2) {
            assertThat(codes.get(others.get(number))).as("codes differ").isNotEqualTo(codes.get(door));
            foreign.add(codes.get(others.get(number)));
        }
        return foreign;
    }

    /** Waits as long as it is told, once. */
    private static Answer patiently(Slot door, String code, ServerClock clock) {
        Answer answer = door.owner().give(door.use(), code);
        if (answer.status() == 429) {
            clock.advance(Duration.ofSeconds(answer.retryAfter()));
            return door.owner().give(door.use(), code);
        }
        return answer;
    }

    private static void enrolled(Backdoor backdoor, EmailEnrolled user, String from, String to) {
        assertThat(backdoor.update("update CREDENTIAL set CREDENTIAL_DATA = replace(CREDENTIAL_DATA, '\"" + from
                        + "\"', '\"" + to + "\"') where TYPE = 'email-otp' and USER_ID = '"
                        + user.user().id() + "'"))
                .isEqualTo(1);
    }
}
