package org.twofactor.keycloak.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {
    private final Lanes lanes = new Lanes(2);
    private final List<String> done = new ArrayList<>();

    @Test
    void S54_workThatBreaksKeepsItsLaneFromNoOther() {
        lanes.run("realm", LanesTest::broken);
        lanes.run("realm", () -> done.add("next"));
        assertThat(done).containsExactly("next");
    }

    @Test
    void S54_whatWaitsBehindWorkThatBreaksIsDone() {
        lanes.run("realm", () -> {
            lanes.run("realm", LanesTest::broken);
            lanes.run("realm", () -> done.add("waited"));
            lanes.run("another", () -> done.add("of another realm"));
            broken();
        });
        assertThat(done).containsExactly("of another realm", "waited");
        lanes.run("realm", () -> done.add("next"));
        assertThat(done).endsWith("next");
    }

    private static void broken() {
        throw new StackOverflowError();
    }
}
