package org.twofactor.keycloak.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Of all that Keycloak logs the console shows errors only, and those whole. */
class DemoLogTest {

    private final DemoLog log = new DemoLog(Path.of("not-written"), System.out);

    @Test
    void anErrorIsShownWithItsStackTraceAndNothingElseIs() {
        assertThat(log.isError("Updating the configuration and installing your custom providers"))
                .isFalse();
        assertThat(log.isError("2026-11-23 12:00:00,001 INFO  [io.quarkus] (main) started"))
                .isFalse();
        assertThat(log.isError("2026-11-23 12:00:00,002 ERROR [org.keycloak] (main) broken"))
                .isTrue();
        assertThat(log.isError("\tat org.keycloak.Broken.pipe(Broken.java:1)")).isTrue();
        assertThat(log.isError("2026-11-23 12:00:00,003 WARN  [org.keycloak] (main) ERROR in a text"))
                .isFalse();
        assertThat(log.isError("a second line of the warning")).isFalse();
    }

    @Test
    void whatKcShComplainsAboutIsShown() {
        assertThat(log.isError("ERROR: Build failure: Build failed due to errors"))
                .isTrue();
    }
}
