package org.twofactor.keycloak.it.email;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.keycloak.representations.idm.UserRepresentation;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Movers;
import org.twofactor.keycloak.it.story.Transfer;

/** However many want an address at the same moment, one has it. */
@KeycloakTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressRaceIT {
    private static final int ROUNDS = 6;

    private final TestRealm realm;
    private final Inbox inbox;

    AddressRaceIT(NewRealm newRealm, Inbox inbox) {
        this.realm = newRealm.create();
        this.inbox = inbox;
    }

    @Test
    void S50_anAddressThatWasTakenWhileTheCodeWasUnderWayIsAConflict() {
        TestUser user = realm.newUser();
        String token = realm.accessToken(user);
        String wanted = "wanted-" + user.email();
        String code = Transfer.initiatedCode(realm, inbox, token, wanted);
        TestUser faster = realm.newUser(it -> it.setEmail(wanted));
        Answer answer = Transfer.complete(realm, token, code);
        assertThat(answer.message()).isEqualTo("NEW_EMAIL_ALREADY_IN_USE");
        assertThat(Movers.owners(realm, wanted)).containsExactly(faster.id());
        assertThat(realm.user(user).toRepresentation().getEmail()).isEqualTo(user.email());
    }

    @Test
    void S50_ofSeveralWhoCompleteAtTheSameMomentOneMovesAndTheOthersAreToldOfAConflict() {
        assertOneMovesEachTime();
    }

    @Test
    void S50_soItIsWhereAddressesAreNames() {
        addressesAreNames(true);
        try {
            assertOneMovesEachTime();
        } finally {
            addressesAreNames(false);
        }
    }

    private void addressesAreNames(boolean names) {
        realm.update(it -> {
            it.setRegistrationEmailAsUsername(names);
            it.setEditUsernameAllowed(names);
        });
    }

    private void assertOneMovesEachTime() {
        for (int round = 0; round < ROUNDS; round++) {
            Movers.to("wanted-" + UUID.randomUUID() + "@example.net", 4, realm, inbox)
                    .assertExactlyOneMoves(List.of(realm));
        }
    }

    @Test
    void S50_aUserWhomAnAdministratorMakesAtTheSameMomentIsNoDifferent() {
        for (int round = 0; round < ROUNDS; round++) {
            String wanted = "wanted-" + UUID.randomUUID() + "@example.net";
            TestUser user = realm.newUser();
            String token = realm.accessToken(user);
            String code = Transfer.initiatedCode(realm, inbox, token, wanted);
            List<Integer> statuses = Parallel.run(
                    2,
                    number -> () ->
                            number == 0 ? Transfer.complete(realm, token, code).status() : created(wanted));
            assertThat(statuses.get(0)).isIn(200, 409);
            assertThat(Movers.owners(realm, wanted)).hasSize(1);
            boolean mine = Movers.owners(realm, wanted).contains(user.id());
            assertThat(mine).as("what was answered").isEqualTo(statuses.get(0) == 200);
        }
    }

    private int created(String email) {
        UserRepresentation user = new UserRepresentation();
        user.setUsername("made-" + email);
        user.setEmail(email);
        user.setEnabled(true);
        try (Response response = realm.admin().users().create(user)) {
            return response.getStatus();
        }
    }
}
