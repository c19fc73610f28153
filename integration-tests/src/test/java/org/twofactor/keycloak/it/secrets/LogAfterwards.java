package org.twofactor.keycloak.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * After the whole suite: each server's log is searched for every secret that the server or one of its tests has issued. The
 * six-digit codes, too short for a log full of numbers, are searched for in {@link StoryAtTraceIT}.
 */
class LogAfterwards {
    private final Path out = Path.of(System.getProperty("kc.out", "target"));

    @Test
    void S58_noTokenSeedRecoveryCodeOrPasswordOfTheWholeSuiteIsInTheLog() throws IOException {
        try (Stream<Path> folders = Files.list(out)) {
            assertThat(folders.filter(folder -> folder.getFileName().toString().startsWith("fork-")))
                    .isNotEmpty()
                    .allSatisfy(LogAfterwards::assertSilent);
        }
    }

    private static void assertSilent(Path server) throws IOException {
        List<String> secrets = Files.readAllLines(server.resolve("issued-secrets.txt"));
        String log = Files.readString(server.resolve("keycloak.log"), StandardCharsets.UTF_8);
        assertThat(log).contains("started in");
        assertThat(secrets).hasSizeGreaterThan(20).allSatisfy(line -> {
            String[] kindAndValue = line.split("\t", 2);
            assertThat(log.contains(kindAndValue[1]))
                    .as("a %s is in the log", kindAndValue[0])
                    .isFalse();
        });
    }
}
