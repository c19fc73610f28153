package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.login.Locked;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** Wrong mailed codes count in Keycloak's own brute force detection, and whom it locks gets nowhere. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailBruteForceIT {
    private static final int FAILURES = 3;

    private final TestRealm realm;
    private final Inbox inbox;

    MailBruteForceIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0"))
                .bruteForce(FAILURES)
                .create();
        this.inbox = inbox;
    }

    @Test
    void S25_S26_wrongChallengeCodesLockTheUserOutOfEveryStepAndTheLockEnds(ServerClock clock) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String access = user.accessToken();
        String sudo = user.sudoToken();
        String partial = user.partialToken();
        String code = user.challengedCode(access);
        fail(() -> user.authenticate(access, EmailEnrolled.otherThan(code)));
        Locked.await(realm, user.user());
        int mails = inbox.all(user.address()).size();

        for (String token : List.of(access, partial)) {
            assertInvalid(user.authenticate(token, code));
            assertInvalid(user.challenge(token));
            assertInvalid(user.nextEmail(token));
        }
        assertInvalid(EmailEnrolled.setUp(realm, sudo, user.address()));
        assertInvalid(EmailEnrolled.enable(realm, access, code));
        assertInvalid(Transfer.initiate(realm, sudo, "new-" + user.address()));
        assertInvalid(Transfer.complete(realm, access, code));
        assertInvalid(user.disable(sudo));
        assertThat(inbox.all(user.address())).hasSize(mails);

        clock.advance(Duration.ofSeconds(62));
        assertThat(user.authenticate(partial, code).status()).isEqualTo(200);
    }

    @Test
    void S26_wrongCodesOfASetUpCount() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertNothingToSay(EmailEnrolled.setUp(realm, token, user.email()));
        String code = EmailEnrolled.code(inbox, user.email());
        fail(() -> EmailEnrolled.enable(realm, token, EmailEnrolled.otherThan(code)));
        Locked.await(realm, user);
        assertInvalid(EmailEnrolled.enable(realm, token, code));
    }

    @Test
    void S26_wrongCodesOfATransferCount() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String code = Transfer.initiatedCode(realm, inbox, token, "new-" + user.email());
        fail(() -> Transfer.complete(realm, token, EmailEnrolled.otherThan(code)));
        Locked.await(realm, user);
        assertInvalid(Transfer.complete(realm, token, code));
        assertThat(realm.user(user).toRepresentation().getEmail()).isEqualTo(user.email());
    }

    private static void fail(Supplier<Answer> guess) {
        assertThat(Stream.generate(guess).limit(FAILURES))
                .extracting(Answer::message)
                .containsOnly("OTP_INVALID_EXPIRED");
    }

    private static void assertInvalid(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.message()).isEqualTo("INVALID_TOKEN");
    }
}
