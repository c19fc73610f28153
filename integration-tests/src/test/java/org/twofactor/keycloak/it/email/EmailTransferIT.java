package org.twofactor.keycloak.it.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;
import static org.twofactor.keycloak.it.story.EmailEnrolled.otherThan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.UserRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;
import org.twofactor.keycloak.it.story.Transfer;

/** An account moves to another address, from the first mail to the notices. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmailTransferIT {
    private final TestRealm realm;
    private final Inbox inbox;

    EmailTransferIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .settings(Map.of("mailInterval", "0", "forbiddenMailDomains", "forbidden.example, nowhere.example"))
                .create();
        this.inbox = inbox;
    }

    @Test
    void S50_S51_withSudoAndTheCodeTheAccountMovesAndBothAddressesAreTold() {
        Enrolled user = Enrolled.withTotp(realm);
        String old = user.user().email();
        String wanted = "new-" + old;
        realm.update(user.user(), it -> {
            it.setEmailVerified(false);
            it.setRequiredActions(List.of("VERIFY_EMAIL", "UPDATE_PROFILE"));
        });
        assertNothingToSay(Transfer.initiate(realm, user.sudoToken(), wanted));
        Mail codeMail = inbox.next(wanted);
        UserRepresentation before = account(user.user());
        assertThat(before.getEmail()).as("nothing changes before success").isEqualTo(old);
        assertThat(before.isEmailVerified()).isFalse();

        assertNothingToSay(Transfer.complete(realm, user.accessToken(), codeMail.code()));
        UserRepresentation after = account(user.user());
        assertThat(after.getEmail()).isEqualTo(wanted);
        assertThat(after.isEmailVerified()).isTrue();
        assertThat(after.getRequiredActions())
                .as("only the action that this has done is done")
                .containsExactly("UPDATE_PROFILE");
        assertThat(after.getUsername()).isEqualTo(user.user().username());
        for (String address : List.of(old, wanted)) {
            Mail notice = inbox.next(address, mail -> mail.text().contains(wanted));
            assertThat(notice.hasCode()).isFalse();
            assertThat(notice.text()).contains(user.user().username());
        }
        assertThat(inbox.all(old)).as("the code goes to the new address alone").noneMatch(Mail::hasCode);
    }

    @Test
    void S50_withTwoFactorOnAnAccessTokenIsNotEnough() {
        Enrolled user = Enrolled.withTotp(realm);
        String wanted = "new-" + user.user().email();
        assertThat(Transfer.initiate(realm, user.accessToken(), wanted).message())
                .isEqualTo("SUDO_TOKEN_REQUIRED");
        assertThat(inbox.all(wanted)).isEmpty();
    }

    @Test
    void S49_S50_aTransferThatBeganWithoutASecondFactorIsVoidOnceTheUserHasOne() {
        TestUser user = realm.newUser();
        String thief = "thief-" + user.email();
        String token = realm.accessToken(user);
        String code = Transfer.initiatedCode(realm, inbox, token, thief);
        Enrolled enrolled = Enrolled.withTotp(realm, user);
        assertThat(Transfer.complete(realm, token, code).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(account(user).getEmail()).isEqualTo(user.email());

        String proved = Transfer.initiatedCode(realm, inbox, enrolled.sudoToken(), thief);
        assertNothingToSay(Transfer.complete(realm, token, proved));
    }

    @Test
    void aWrongCodeMovesNothingAndTheRightOneStillDoesOnce() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        assertThat(Transfer.complete(realm, token, "123456").message())
                .as("without any transfer")
                .isEqualTo("OTP_INVALID_EXPIRED");
        String wanted = "new-" + user.email();
        String code = Transfer.initiatedCode(realm, inbox, token, wanted);
        assertThat(Transfer.complete(realm, token, otherThan(code)).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(account(user).getEmail()).isEqualTo(user.email());
        assertNothingToSay(Transfer.complete(realm, token, code));
        assertThat(Transfer.complete(realm, token, code).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(account(user).getEmail()).isEqualTo(wanted);
    }

    @Test
    void S11_S30_aCodeLivesTenMinutesAndAnExpiredOneIsAWrongOne(ServerClock clock) {
        TestUser user = realm.newUser();
        String code = Transfer.initiatedCode(realm, inbox, realm.accessToken(user), "new-" + user.email());
        clock.advance(Duration.ofSeconds(601));
        assertThat(Transfer.complete(realm, realm.accessToken(user), code).message())
                .isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(account(user).getEmail()).isEqualTo(user.email());
    }

    @Test
    void emailOtpKeepsItsOwnAddress() {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        String wanted = "new-" + user.address();
        String code = Transfer.initiatedCode(realm, inbox, user.sudoToken(), wanted);
        assertNothingToSay(Transfer.complete(realm, user.accessToken(), code));
        assertThat(account(user.user()).getEmail()).isEqualTo(wanted);
        assertThat(user.methods().json().at("/emailOtp/email").asText()).isEqualTo(user.address());
        assertThat(user.authenticate(user.accessToken(), user.challengedCode(user.accessToken()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aUserWithoutAnAddressGetsOne() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        realm.update(user, it -> it.setEmail(""));
        String wanted = user.username() + "@example.net";
        assertNothingToSay(Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, wanted)));
        assertThat(account(user).getEmail()).isEqualTo(wanted);
    }

    @Test
    void anAddressInADirectoryThatCannotBeWrittenStaysAndTheUserIsToldWhy() {
        realm.addDirectory();
        TestUser user = TestRealm.directoryUser();
        String token = realm.accessToken(user);
        String wanted = "new-" + user.username() + "@example.org";
        Answer answer = Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, wanted));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("EMAIL_READ_ONLY");
        assertThat(realm.admin().users().searchByEmail(wanted, true)).isEmpty();
        assertThat(inbox.all(user.email()))
                .as("nothing has happened that it would be told of")
                .isEmpty();
    }

    @Test
    void anAddressThatDiffersOnlyInCaseIsTheSameOne() {
        TestUser user = realm.newUser(it -> it.setEmailVerified(false));
        String token = realm.accessToken(user);
        String shouted = user.email().toUpperCase(java.util.Locale.ROOT);
        assertNothingToSay(Transfer.complete(realm, token, Transfer.initiatedCode(realm, inbox, token, shouted)));
        UserRepresentation after = account(user);
        assertThat(after.getEmail()).isEqualTo(user.email());
        assertThat(after.isEmailVerified()).as("its mailbox is proved").isTrue();
    }

    @Test
    void forbiddenDomainsAndThoseBelowThemAreRefusedWhetherTakenOrFree() {
        TestUser owner = realm.newUser(it -> it.setEmail(it.getUsername() + "@forbidden.example"));
        String token = realm.accessToken(realm.newUser());
        for (String address : List.of(
                owner.email(), "free@forbidden.example", "free@FORBIDDEN.example", "free@deep.below.nowhere.example")) {
            assertThat(Transfer.initiate(realm, token, address).message()).isEqualTo("FORBIDDEN_MAIL_PROVIDER");
            assertThat(inbox.all(address)).isEmpty();
        }
        assertNothingToSay(Transfer.initiate(realm, token, "free@notforbidden.example"));
    }

    @Test
    void theQueryAndTheBodyAreHeldAgainstTheContract() {
        String token = realm.accessToken(realm.newUser());
        String free = "free@example.net";
        assertThat(Transfer.initiate(realm, token, free, "?language=e").message())
                .isEqualTo("querystring/language must NOT have fewer than 2 characters");
        assertThat(Transfer.initiate(realm, token, free, "?origin=nobody").message())
                .isEqualTo("UNABLE_TO_FIND_MAIL_TEMPLATE");
        assertThat(Transfer.initiate(realm, token, "no address").message()).isEqualTo("Invalid email address");
        assertThat(Transfer.initiate(realm, token, "x@" + "a".repeat(260)).message())
                .isEqualTo("body/email must NOT have more than 256 characters");
        assertThat(Transfer.complete(realm, token, "12345").message())
                .isEqualTo("body/otp must NOT have fewer than 6 characters");
        assertThat(inbox.all(free)).isEmpty();
    }

    @Test
    void aRealmThatCanSendNoMailSaysSo(NewRealm newRealm) {
        TestRealm mute = newRealm.withoutMail().create();
        TestUser owner = mute.newUser();
        String token = mute.accessToken(mute.newUser());
        for (String address : List.of("free@example.net", owner.email())) {
            assertThat(Transfer.initiate(mute, token, address).message()).isEqualTo("UNABLE_TO_SEND_MAIL");
        }
    }

    private UserRepresentation account(TestUser user) {
        return realm.user(user).toRepresentation();
    }
}
