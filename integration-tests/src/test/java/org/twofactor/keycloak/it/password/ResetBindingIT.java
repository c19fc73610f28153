package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;

/** A reset code is good for its account at its address, as both are when it is used. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetBindingIT {
    private final TestRealm realm;
    private final Inbox inbox;
    private final PasswordCalls calls;

    ResetBindingIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.settings(Map.of("mailInterval", "0", "resetMailsPerHour", "10"))
                .create();
        this.inbox = inbox;
        this.calls = new PasswordCalls(realm, inbox);
    }

    /** What may happen to an account between the mail and the use of its code. */
    enum Meanwhile {
        ADDRESS_CHANGED((realm, user) -> realm.update(user, it -> it.setEmail("new-" + user.email()))),
        ADDRESS_REMOVED((realm, user) -> realm.update(user, it -> it.setEmail(""))),
        ADDRESS_TAKEN_BY_ANOTHER((realm, user) -> {
            realm.update(user, it -> it.setEmail("new-" + user.email()));
            realm.newUser(it -> it.setEmail(user.email()));
        }),
        DISABLED((realm, user) -> realm.update(user, it -> it.setEnabled(false))),
        DELETED((realm, user) -> realm.user(user).remove()),
        PASSWORD_REMOVED((realm, user) -> realm.user(user)
                .credentials()
                .forEach(credential -> realm.user(user).removeCredential(credential.getId())));

        private final BiConsumer<TestRealm, TestUser> happens;

        Meanwhile(BiConsumer<TestRealm, TestUser> happens) {
            this.happens = happens;
        }
    }

    @ParameterizedTest
    @EnumSource
    void S13_S25_aCodeIsNoGoodOnceItsAccountIsNotWhatItWas(Meanwhile meanwhile) {
        TestUser user = realm.newUser();
        String code = calls.sentCode(user);
        meanwhile.happens.accept(realm, user);
        assertWrongCode(calls.validate(user.email(), code));
        assertWrongCode(calls.reset(user.email(), code, newPassword()));
        assertWrongCode(calls.reset("new-" + user.email(), code, newPassword()));
    }

    @Test
    void S13_anAccountThatMovesAwayAndBackHasItsCodeStill() {
        TestUser user = realm.newUser();
        String code = calls.sentCode(user);
        realm.update(user, it -> it.setEmail("new-" + user.email()));
        assertWrongCode(calls.validate(user.email(), code));
        realm.update(user, it -> it.setEmail(user.email()));
        assertNothingToSay(calls.reset(user.email(), code, newPassword()));
    }

    @Test
    void S13_S30_aCodeOfAnotherUserRealmOrPurposeIsAWrongOne(NewRealm newRealm) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        TestRealm elsewhere = newRealm.settings(Map.of("mailInterval", "0")).create();
        TestUser twin = elsewhere.newUser(it -> it.setEmail(user.address()));
        TestUser other = realm.newUser();
        String sudo = user.sudoToken();
        String moved = "moved-" + user.address();
        assertNothingToSay(realm.api()
                .post("/user/email/initiate")
                .bearer(sudo)
                .json(Map.of("email", moved))
                .send());
        String transfer = calls.nextCode(moved);
        assertNothingToSay(EmailEnrolled.setUp(realm, sudo, user.address()));
        String enrolment = user.nextCode();
        String challenge = user.challengedCode(user.accessToken());
        String othersOwn = calls.sentCode(other);
        String twins = new PasswordCalls(elsewhere, inbox).sentCode(twin);
        String own = calls.sentCode(user.user());

        for (String code : List.of(transfer, enrolment, challenge, twins)) {
            assertWrongCode(calls.reset(user.address(), code, newPassword()));
        }
        assertWrongCode(calls.reset(moved, transfer, newPassword()));
        assertWrongCode(calls.validate(other.email(), own));
        assertWrongCode(calls.validate(user.address(), othersOwn));
        assertThat(user.authenticate(user.accessToken(), own).message()).isEqualTo("OTP_INVALID_EXPIRED");
        assertThat(EmailEnrolled.enable(realm, user.accessToken(), own).message())
                .isEqualTo("OTP_INVALID_EXPIRED");
        assertNothingToSay(calls.validate(other.email(), othersOwn));
        assertThat(user.authenticate(user.accessToken(), challenge).status())
                .as("the others are as good as before")
                .isEqualTo(200);
        // By now five guesses at the own one were wrong.
        assertNothingToSay(calls.reset(user.address(), calls.sentCode(user.user()), newPassword()));
    }
}
