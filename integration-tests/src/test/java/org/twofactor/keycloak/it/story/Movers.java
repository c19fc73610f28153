package org.twofactor.keycloak.it.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.keycloak.representations.idm.UserRepresentation;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;

/**
 * Several users who are about to move to one free address, each with a right code for it.
 *
 * @param wanted the address
 */
public record Movers(String wanted, List<Mover> all) {

    /** One of them. */
    public record Mover(TestUser user, String token, String code) {}

    /** New users, whose codes have come. */
    public static Movers to(String wanted, int howMany, TestRealm realm, Inbox inbox) {
        List<Mover> all = new ArrayList<>();
        for (int number = 0; number < howMany; number++) {
            TestUser user = realm.newUser(it -> it.setUsername(it.getEmail()));
            String token = realm.accessToken(user);
            all.add(new Mover(user, token, Transfer.initiatedCode(realm, inbox, token, wanted)));
        }
        return new Movers(wanted, all);
    }

    /**
     * All of them give their codes at the same moment.
     *
     * @param nodes of the realm, at which they take turns
     */
    public void assertExactlyOneMoves(List<TestRealm> nodes) {
        List<Answer> answers = Parallel.run(all.size(), number -> () -> {
            Mover mover = all.get(number);
            return Transfer.complete(nodes.get(number % nodes.size()), mover.token(), mover.code());
        });
        List<Integer> statuses = answers.stream().map(Answer::status).toList();
        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
        String winner = all.get(statuses.indexOf(200)).user().id();
        assertThat(nodes).allSatisfy(node -> assertThat(owners(node, wanted)).containsExactly(winner));
    }

    /** The ids of those who have an address, for their own or for their name. */
    public static List<String> owners(TestRealm realm, String address) {
        return realm.admin().users().list(0, 10_000).stream()
                .filter(user -> address.equals(user.getEmail()) || address.equals(user.getUsername()))
                .map(UserRepresentation::getId)
                .toList();
    }
}
