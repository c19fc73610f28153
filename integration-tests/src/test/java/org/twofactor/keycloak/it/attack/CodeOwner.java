package org.twofactor.keycloak.it.attack;

import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.util.List;
import java.util.Map;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Transfer;

/**
 * A user who can have a code for each purpose. Owners of the same name in two realms have the same addresses, and all
 * enrol the same one, so that the addresses alone tell no codes apart.
 */
final class CodeOwner {
    private static final String SHARED = "everybody@cross.example";

    private final TestRealm realm;
    private final Inbox inbox;
    private final TestUser user;
    private final EmailEnrolled enrolled;
    private final String sudo;

    /** What a code is for. */
    enum Use {
        ENROL,
        CHALLENGE,
        RESET,
        TRANSFER;

        static final List<Use> THAT_CHANGE_NOTHING = List.of(CHALLENGE, ENROL);

        /** The transfer takes away the address that a reset goes by. */
        static final List<Use> IN_GOOD_ORDER = List.of(CHALLENGE, ENROL, RESET, TRANSFER);
    }

    private CodeOwner(TestRealm realm, Inbox inbox, TestUser user, EmailEnrolled enrolled) {
        this.realm = realm;
        this.inbox = inbox;
        this.user = user;
        this.enrolled = enrolled;
        this.sudo = enrolled.sudoToken();
    }

    static CodeOwner in(TestRealm realm, Inbox inbox, String name) {
        TestUser user = realm.newUser(it -> {
            it.setUsername(name);
            it.setEmail(name + "@cross.example");
        });
        return new CodeOwner(realm, inbox, user, EmailEnrolled.in(realm, inbox, user, SHARED));
    }

    /** Has a code sent, and reads it. */
    String ask(Use use) {
        assertNothingToSay(
                switch (use) {
                    case ENROL -> EmailEnrolled.setUp(realm, sudo, SHARED);
                    case CHALLENGE -> enrolled.challenge(enrolled.accessToken());
                    case TRANSFER -> Transfer.initiate(realm, sudo, "new-" + user.email());
                    case RESET ->
                        realm.api()
                                .post("/user/password/reset/send")
                                .json(Map.of("email", user.email()))
                                .send();
                });
        return EmailEnrolled.code(
                inbox,
                switch (use) {
                    case ENROL, CHALLENGE -> SHARED;
                    case TRANSFER -> "new-" + user.email();
                    case RESET -> user.email();
                });
    }

    /** Gives a code at that door. */
    Answer give(Use use, String code) {
        return switch (use) {
            case ENROL -> EmailEnrolled.enable(realm, enrolled.accessToken(), code);
            case CHALLENGE -> enrolled.authenticate(enrolled.accessToken(), code);
            case TRANSFER -> Transfer.complete(realm, enrolled.accessToken(), code);
            case RESET ->
                realm.api()
                        .put("/user/password/otp")
                        .json(Map.of(
                                "userEmail", user.email(), "otp", code, "newPassword", "Another-" + user.password()))
                        .send();
        };
    }

    @Override
    public String toString() {
        return user.username() + " in " + realm.name();
    }
}
