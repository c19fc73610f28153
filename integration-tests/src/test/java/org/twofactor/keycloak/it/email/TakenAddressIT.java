package org.twofactor.keycloak.it.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Transfer;

/** Whoever asks to move to somebody else's address learns nothing by it; that somebody does. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TakenAddressIT {
    private static final int WARM_UP = 20;
    private static final int PAIRS = 100;

    private final TestRealm realm;
    private final Inbox inbox;

    TakenAddressIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.create();
        this.inbox = inbox;
    }

    @Test
    void S50_aTakenAddressIsAnsweredAsAFreeOneGetsNoCodeAndItsOwnerIsTold() {
        TestUser owner = realm.newUser();
        assertSameForTakenAndFree(owner.email(), "free-" + owner.email());
        Mail word = inbox.next(owner.email());
        assertThat(word.hasCode()).isFalse();
        assertThat(word.text()).contains(owner.username());
        assertThat(inbox.all(owner.email())).hasSize(1);
        assertThat(realm.user(owner).toRepresentation().getEmail()).isEqualTo(owner.email());
    }

    @Test
    void S50_soIsOneThatDiffersInCase() {
        TestUser owner = realm.newUser();
        assertSameForTakenAndFree(
                owner.email().toUpperCase(Locale.ROOT), "FREE-" + owner.email().toUpperCase(Locale.ROOT));
        assertThat(inbox.next(owner.email()).hasCode()).isFalse();
    }

    @Test
    void S50_soIsTheNameOfSomebodyWithAnotherAddressOrNone() {
        TestUser elsewhere = realm.newUser(it -> it.setUsername("name-" + it.getEmail()));
        assertSameForTakenAndFree(elsewhere.username(), "free-" + elsewhere.username());
        assertThat(inbox.next(elsewhere.email()).hasCode()).isFalse();
        TestUser nowhere = realm.newUser(it -> {
            it.setUsername("name-" + it.getEmail());
            it.setEmail(null);
        });
        assertSameForTakenAndFree(nowhere.username(), "free-" + nowhere.username());
        assertThat(inbox.all(nowhere.username())).isEmpty();
    }

    @Test
    void S50_whereAddressesAreNamesItIsTheSame() {
        addressesAreNames(true);
        try {
            TestUser owner = realm.newUser(it -> it.setUsername(it.getEmail()));
            assertSameForTakenAndFree(owner.email(), "free-" + owner.email());
            assertThat(inbox.next(owner.email()).hasCode()).isFalse();
        } finally {
            addressesAreNames(false);
        }
    }

    /** Otherwise the code of an earlier transfer, to an address of one's own, would tell. */
    @Test
    void S50_S12_itEndsAnEarlierTransferAsAFreeOneDoes(ServerClock clock) {
        TestUser owner = realm.newUser();
        for (String address : new String[] {owner.email(), "free-" + owner.email()}) {
            TestUser curious = realm.newUser();
            String token = realm.accessToken(curious);
            String earlier = Transfer.initiatedCode(realm, inbox, token, "own-" + curious.email());
            clock.advance(Duration.ofSeconds(61));
            assertNothingToSay(Transfer.initiate(realm, token, address));
            assertThat(Transfer.complete(realm, token, earlier).message()).isEqualTo("OTP_INVALID_EXPIRED");
            assertThat(realm.user(curious).toRepresentation().getEmail()).isEqualTo(curious.email());
        }
    }

    @Test
    void S23_S50_itCountsAgainstWhoAsksAsAFreeOneDoes() {
        TestUser owner = realm.newUser();
        for (String address : new String[] {owner.email(), "free-" + owner.email()}) {
            String token = realm.accessToken(realm.newUser());
            assertNothingToSay(Transfer.initiate(realm, token, address));
            Answer second = Transfer.initiate(realm, token, address);
            assertThat(second.message()).isEqualTo("TOO_MANY_TRANSFER_ATTEMPTS");
            assertThat(second.retryAfter()).isBetween(1, 60);
            assertThat(second.header("Retry-After")).contains(Integer.toString(second.retryAfter()));
        }
    }

    /** Rough: what a code costs and what word to an owner costs must not stand out. */
    @Test
    void S50_theTimeOfTheAnswerTellsNothingEither() {
        realm.settings(Map.of("mailInterval", "0", "mailsPerHour", "1000", "mailsPerDay", "1000"));
        try {
            TestUser owner = realm.newUser();
            String token = accessTokenOfSomebody();
            List<Long> taken = new ArrayList<>();
            List<Long> free = new ArrayList<>();
            for (int pair = 0; pair < WARM_UP + PAIRS; pair++) {
                long ofTaken = nanosOf(token, owner.email());
                long ofFree = nanosOf(token, "free-" + owner.email());
                if (pair >= WARM_UP) {
                    taken.add(ofTaken);
                    free.add(ofFree);
                }
            }
            assertThat((double) median(taken) / median(free))
                    .as("median of taken to median of free")
                    .isBetween(0.6, 1.7);
        } finally {
            realm.settings(Map.of("mailInterval", "", "mailsPerHour", "", "mailsPerDay", ""));
        }
    }

    private long nanosOf(String token, String address) {
        long start = System.nanoTime();
        assertNothingToSay(Transfer.initiate(realm, token, address));
        return System.nanoTime() - start;
    }

    private static long median(List<Long> nanos) {
        return nanos.stream().sorted().toList().get(nanos.size() / 2);
    }

    private void addressesAreNames(boolean names) {
        realm.update(it -> {
            it.setRegistrationEmailAsUsername(names);
            it.setEditUsernameAllowed(names);
        });
    }

    private void assertSameForTakenAndFree(String taken, String free) {
        Answer ofTaken = Transfer.initiate(realm, accessTokenOfSomebody(), taken);
        Answer ofFree = Transfer.initiate(realm, accessTokenOfSomebody(), free);
        assertNothingToSay(ofTaken);
        assertThat(ofTaken.text()).isEqualTo(ofFree.text());
        assertThat(new TreeMap<>(ofTaken.headers())).isEqualTo(new TreeMap<>(ofFree.headers()));
        assertThat(inbox.next(free).hasCode()).isTrue();
    }

    /** Whose name is the address too, for realms that want it so. */
    private String accessTokenOfSomebody() {
        return realm.accessToken(realm.newUser(it -> it.setUsername(it.getEmail())));
    }
}
