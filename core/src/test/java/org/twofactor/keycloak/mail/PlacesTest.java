package org.twofactor.keycloak.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.mail.MailQueue.Asker;

class PlacesTest {
    private final Places places = new Places(8);

    @Test
    void S54_anybodyHasHalfOfARealmsPlacesAndItsUsersAll() {
        assertThat(places.take("realm", Asker.ANYBODY)).isTrue();
        assertThat(places.take("realm", Asker.ANYBODY)).isTrue();
        assertThat(places.take("realm", Asker.ANYBODY)).isFalse();
        assertThat(places.take("another", Asker.ANYBODY)).isTrue();
        assertThat(places.take("realm", Asker.KNOWN)).isTrue();
        assertThat(places.take("realm", Asker.KNOWN)).isTrue();
        assertThat(places.take("realm", Asker.KNOWN)).isFalse();
    }

    @Test
    void S54_whatUsersHaveTakenIsNotCountedAsAnybodys() {
        assertThat(places.take("realm", Asker.KNOWN)).isTrue();
        assertThat(places.take("realm", Asker.KNOWN)).isTrue();
        assertThat(places.take("realm", Asker.KNOWN)).isTrue();
        assertThat(places.take("realm", Asker.ANYBODY)).isTrue();
        assertThat(places.take("realm", Asker.ANYBODY)).as("the realm is full").isFalse();
    }

    @Test
    void S54_aPlaceThatIsGivenBackCanBeTakenAgain() {
        for (int round = 0; round < 3; round++) {
            assertThat(places.take("realm", Asker.ANYBODY)).isTrue();
            assertThat(places.take("realm", Asker.ANYBODY)).isTrue();
            assertThat(places.take("realm", Asker.ANYBODY)).isFalse();
            places.giveBack("realm", Asker.ANYBODY);
            places.giveBack("realm", Asker.ANYBODY);
        }
    }
}
