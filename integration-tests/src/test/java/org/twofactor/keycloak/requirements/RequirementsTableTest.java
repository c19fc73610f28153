package org.twofactor.keycloak.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/requirements.md} is made from the tests: each requirement with the tests that carry its id. Run with
 * {@code -Drequirements.write=true} to write it anew.
 */
class RequirementsTableTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path TABLE = ROOT.resolve("docs/requirements.md");
    private static final Pattern TEST = Pattern.compile("\\b((?:S\\d\\d_)+)([A-Za-z0-9]+)\\b");

    @Test
    void theTableIsWhatTheTestsSay() throws IOException {
        String table = table();
        if (Boolean.getBoolean("requirements.write")) {
            Files.writeString(TABLE, table);
        }
        assertThat(TABLE).content(StandardCharsets.UTF_8).isEqualTo(table);
    }

    private static String table() throws IOException {
        Map<String, List<String>> tests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file :
                    files.filter(RequirementsTableTest::isTestSource).sorted().toList()) {
                collect(file, tests);
            }
        }
        StringBuilder table = new StringBuilder("""
                # Requirements and their tests

                Made from the tests themselves: a test carries the ids of what it shows. 63B is NIST SP 800-63B-4, ASVS is
                OWASP ASVS 5.0.

                | id | requirement | tests |
                |---|---|---|
                """);
        Map<String, String> requirements = requirements();
        assertThat(requirements.keySet()).containsAll(tests.keySet());
        requirements.forEach((id, text) -> table.append("| ")
                .append(id)
                .append(" | ")
                .append(text.replace("|", "\\|"))
                .append(" | ")
                .append(String.join("<br>", tests.getOrDefault(id, List.of("none yet"))))
                .append(" |\n"));
        return table.toString();
    }

    private static Map<String, String> requirements() throws IOException {
        Properties file = new Properties();
        try (Reader reader =
                Files.newBufferedReader(ROOT.resolve("integration-tests/src/test/resources/requirements.properties"))) {
            file.load(reader);
        }
        Map<String, String> requirements = new TreeMap<>();
        file.forEach((id, text) -> requirements.put(id.toString(), text.toString()));
        return requirements;
    }

    private static boolean isTestSource(Path file) {
        String path = ROOT.relativize(file).toString();
        return (path.contains("src/test/java") || path.contains("src/contract/java"))
                && path.endsWith(".java")
                && !path.contains("target/");
    }

    private static void collect(Path file, Map<String, List<String>> tests) throws IOException {
        String type = file.getFileName().toString().replace(".java", "");
        Matcher test = TEST.matcher(Files.readString(file));
        while (test.find()) {
            for (String id : test.group(1).split("_", -1)) {
                String entry = "`" + type + "` " + sentence(test.group(2));
                List<String> entries = tests.computeIfAbsent(id, key -> new ArrayList<>());
                if (!id.isEmpty() && !entries.contains(entry)) {
                    entries.add(entry);
                }
            }
        }
        tests.remove("");
    }

    /** As a person would write it: {@code aCodeIsGoodOnce} is "a code is good once". */
    private static String sentence(String camelCase) {
        return camelCase
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
                .toLowerCase(java.util.Locale.ROOT);
    }
}
