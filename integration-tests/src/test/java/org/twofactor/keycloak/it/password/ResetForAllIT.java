package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.password.PasswordCalls.assertWrongCode;
import static org.twofactor.keycloak.it.password.PasswordCalls.newPassword;
import static org.twofactor.keycloak.it.password.PasswordCalls.timeless;
import static org.twofactor.keycloak.it.story.EmailEnrolled.assertNothingToSay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.EventRepresentation;
import org.keycloak.representations.idm.UserRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.login.Locked;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** Nobody learns from a password reset who has an account, and of which kind. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetForAllIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String DUE = "known";
    private static final String DIRECTORY = "in a directory that can't be written";

    private final TestRealm realm;
    private final Inbox inbox;
    private final MailQueueGauge queue;
    private final PasswordCalls calls;

    ResetForAllIT(NewRealm newRealm, Inbox inbox, KeycloakServer server) {
        this.realm = newRealm.bruteForce(1).create();
        this.inbox = inbox;
        this.queue = new MailQueueGauge(server);
        this.calls = new PasswordCalls(realm, inbox);
        realm.addDirectory();
    }

    /** Somebody of each kind: the address that a stranger would try. */
    private Map<String, String> everybody() {
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put(DUE, realm.newUser().email());
        addresses.put("unknown", "nobody-" + UUID.randomUUID() + "@example.org");
        addresses.put("disabled", realm.newUser(it -> it.setEnabled(false)).email());
        addresses.put("locked", locked(realm).email());
        addresses.put(
                "without a password",
                realm.newUser(it -> it.setCredentials(List.of())).email());
        TestUser withoutAddress = realm.newUser(it -> {
            it.setUsername(it.getEmail());
            it.setEmail(null);
        });
        addresses.put("whose name is an address, without one", withoutAddress.username());
        addresses.put("a client's own", serviceAccount());
        addresses.put(DIRECTORY, TestRealm.directoryUser().email());
        return addresses;
    }

    @Test
    void S27_S28_S30_everybodyGetsTheSameAnswersAndOnlyWhoMayResetGetsMail() {
        Map<String, String> everybody = everybody();
        assertAlike(everybody, calls::send);
        assertWaits(everybody, calls::send);
        assertAlike(everybody, calls::forgot);
        queue.awaitEmpty();
        assertMailed(everybody, Set.of(DUE, DIRECTORY));

        String wrong = calls.codeOfNobody(everybody.values());
        for (int guess = 0; guess < 7; guess++) {
            assertAlike(everybody, address -> calls.validate(address, wrong));
            assertAlike(everybody, address -> calls.reset(address, wrong, newPassword()));
        }
    }

    @Test
    void S27_S28_theOlderCallTellsNoMore() {
        Map<String, String> everybody = everybody();
        assertAlike(everybody, calls::forgot);
        assertAlike(everybody, calls::forgot);
        assertAlike(everybody, calls::send);
        queue.awaitEmpty();
        assertMailed(everybody, Set.of(DUE, DIRECTORY));
    }

    /** It is of what was submitted: a spelling is no mail more, and no account behind it makes a difference. */
    @Test
    void S28_theCooldownIsOfTheAddressHoweverItIsSpeltAndOfNoOther() {
        List<UnaryOperator<String>> spellings = List.of(
                address -> address,
                address -> address.toUpperCase(Locale.ROOT),
                address -> address.replace('e', 'E').replace('r', 'R'));
        List<Function<String, Answer>> mails = List.of(calls::send, calls::forgot);
        for (UnaryOperator<String> first : spellings) {
            for (Function<String, Answer> call : mails) {
                String known = realm.newUser().email();
                Map<String, String> addresses = Map.of(DUE, known, "unknown", "nobody-" + known);
                addresses.values().forEach(address -> assertNothingToSay(call.apply(first.apply(address))));
                for (UnaryOperator<String> again : spellings) {
                    mails.forEach(any -> assertWaits(addresses, address -> any.apply(again.apply(address))));
                }
                // With spaces around it is no address, and so no spelling of one.
                for (String spaced : List.of(" %s", "%s ", "\t%s\n")) {
                    assertAlike(addresses, address -> call.apply(spaced.formatted(address)));
                    assertThat(call.apply(spaced.formatted(known)).status()).isEqualTo(400);
                }
                for (String other : List.of("other-" + known, "nobody-other-" + known, known.replace("@", "+1@"))) {
                    assertNothingToSay(call.apply(first.apply(other)));
                }
                queue.awaitEmpty();
                assertMailed(addresses, Set.of(DUE));
            }
        }
    }

    @Test
    void S27_S28_aMailboxThatRefusesTheMailHasTheCooldownOfEverybody(NewRealm newRealm) {
        try (RefusingSmtp smtp = RefusingSmtp.start()) {
            TestRealm refused = newRealm.with(it -> it.getSmtpServer().put("port", String.valueOf(smtp.port())))
                    .create();
            PasswordCalls there = new PasswordCalls(refused, inbox);
            int mails = 0;
            for (Function<String, Answer> call : List.<Function<String, Answer>>of(there::send, there::forgot)) {
                String known = refused.newUser().email();
                List<String> addresses = List.of(known, "nobody-" + known);
                addresses.forEach(address -> assertNothingToSay(call.apply(address)));
                awaitRefusals(refused, ++mails);
                for (String address : addresses) {
                    assertThat(call.apply(address).status()).as(address).isEqualTo(429);
                }
            }
        }
    }

    /** The mail is given up for good once its event is there. */
    private static void awaitRefusals(TestRealm realm, int count) {
        Instant deadline = Instant.now().plus(PATIENCE);
        List<EventRepresentation> refusals = List.of();
        while (refusals.size() < count && Instant.now().isBefore(deadline)) {
            refusals = realm.events("SEND_RESET_PASSWORD_ERROR").stream()
                    .filter(event -> event.getError().equals("email_refused"))
                    .toList();
        }
        assertThat(refusals).hasSize(count);
    }

    @Test
    void aRealmWithDuplicateAddressesResetsNobodysPassword(NewRealm newRealm) {
        TestRealm loose = newRealm.with(it -> {
                    it.setLoginWithEmailAllowed(false);
                    it.setDuplicateEmailsAllowed(true);
                })
                .create();
        PasswordCalls there = new PasswordCalls(loose, inbox);
        TestUser one = loose.newUser();
        TestUser another = loose.newUser(it -> it.setEmail(one.email()));
        TestUser alone = loose.newUser();
        Map<String, String> addresses =
                Map.of("shared", another.email(), "alone", alone.email(), "unknown", "nobody@example.org");
        assertAlike(addresses, there::send);
        assertAlike(addresses, address -> there.validate(address, "123456"));
        assertAlike(addresses, there::send);
        queue.awaitEmpty();
        assertMailed(addresses, Set.of());
    }

    @Test
    void aCodeFromBeforeTheRealmAllowedDuplicatesIsNoGoodAfter(NewRealm newRealm) {
        TestRealm loosened = newRealm.create();
        PasswordCalls there = new PasswordCalls(loosened, inbox);
        TestUser user = loosened.newUser();
        String code = there.sentCode(user);
        loosened.update(it -> {
            it.setLoginWithEmailAllowed(false);
            it.setDuplicateEmailsAllowed(true);
        });
        loosened.newUser(it -> it.setEmail(user.email()));
        assertWrongCode(there.reset(user.email(), code, newPassword()));
    }

    @Test
    void aPasswordInADirectoryThatCannotBeWrittenIsSaidSoToWhoHasTheCode() {
        TestUser user = TestRealm.directoryUser();
        Answer answer = calls.reset(user.email(), calls.sentCode(user), newPassword());
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("PASSWORD_READ_ONLY");
    }

    /** An address that only looks like the account's may be somebody else's mailbox. */
    @Test
    void S13_noMailGoesToAnAddressThatADirectoryHoldsForTheSame() {
        realm.update(it -> it.getSmtpServer().put("allowutf8", "true"));
        String name = "directory-s" + UUID.randomUUID();
        String lookAlike = name.replace("-s", "-\u017f") + "@directory.example";
        assertNothingToSay(calls.send(lookAlike));
        queue.awaitEmpty();
        assertThat(inbox.all(lookAlike)).isEmpty();
        assertThat(inbox.all(name + "@directory.example")).isEmpty();
    }

    @Test
    void S25_S40_aResetDoesNotUnlockWhoTheRealmHasLocked() {
        TestUser user = realm.newUser();
        String code = calls.sentCode(user);
        lock(realm, user);
        assertWrongCode(calls.validate(user.email(), code));
        String password = newPassword();
        assertWrongCode(calls.reset(user.email(), code, password));
        for (String tried : List.of(user.password(), password)) {
            assertThat(calls.logIn(user, tried).message()).isEqualTo("PASSWORD_INCORRECT");
        }
        assertThat(realm.admin().attackDetection().bruteForceUserStatus(user.id()))
                .containsEntry("disabled", true);
        realm.admin().attackDetection().clearBruteForceForUser(user.id());
        assertNothingToSay(calls.reset(user.email(), code, password));
    }

    private void assertAlike(Map<String, String> addresses, Function<String, Answer> call) {
        List<String> kinds = new ArrayList<>(addresses.keySet());
        Answer first = call.apply(addresses.get(kinds.get(0)));
        for (String kind : kinds.subList(1, kinds.size())) {
            assertThat(timeless(call.apply(addresses.get(kind)))).as(kind).isEqualTo(timeless(first));
        }
    }

    private void assertWaits(Map<String, String> addresses, Function<String, Answer> call) {
        addresses.forEach((kind, address) ->
                assertThat(call.apply(address).retryAfter()).as(kind).isBetween(40, 60));
        assertAlike(addresses, call);
    }

    private void assertMailed(Map<String, String> addresses, Set<String> due) {
        addresses.forEach(
                (kind, address) -> assertThat(inbox.all(address)).as(kind).hasSize(due.contains(kind) ? 1 : 0));
    }

    private static TestUser locked(TestRealm realm) {
        TestUser user = realm.newUser();
        lock(realm, user);
        return user;
    }

    private static void lock(TestRealm realm, TestUser user) {
        realm.directGrant(TestClients.APP, user, Map.of("password", "wrong"));
        Locked.await(realm, user);
    }

    /** Of the client {@code backend}, which an administrator has given an address. */
    private String serviceAccount() {
        String client = realm.admin()
                .clients()
                .findByClientId(TestClients.BACKEND)
                .get(0)
                .getId();
        UserRepresentation account = realm.admin().clients().get(client).getServiceAccountUser();
        account.setEmail("backend@example.org".replace("@", "-" + UUID.randomUUID() + "@"));
        realm.admin().users().get(account.getId()).update(account);
        return account.getEmail();
    }
}
