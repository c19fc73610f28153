package org.twofactor.keycloak.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that a page names as proof, by class and method, is there: {@code `AuthIT.theEmailAddressIsANameToo`}. */
class NamedTestsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:IT|Test))\\.(\\w+)`");
    private static final Pattern MISTAKE = Pattern.compile("(?m)^\\| (\\d+) \\|.*`\\w+\\.\\w+`");

    @Test
    void everyTestThatAPageNamesIsThere() throws IOException {
        Map<String, String> sources = testSources();
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                for (MatchResult test : matches(NAMED, page)) {
                    assertThat(sources.getOrDefault(test.group(1), ""))
                            .as("%s names %s", page.getFileName(), test.group())
                            .containsPattern("\\b(?:void|ArchRule) " + test.group(2) + "\\b");
                }
            }
        }
    }

    @Test
    void everyMistakeHasATest() throws IOException {
        Path page = ROOT.resolve("docs/mistakes.md");
        List<MatchResult> rows = matches(Pattern.compile("(?m)^\\| \\d+ \\|.*$"), page);
        assertThat(matches(MISTAKE, page)).hasSameSizeAs(rows).hasSizeGreaterThanOrEqualTo(28);
    }

    private static List<MatchResult> matches(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(Files.readString(page)).results().toList();
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::exists)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file :
                            files.filter(it -> it.toString().endsWith(".java")).toList()) {
                        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                    }
                }
            }
        }
        return sources;
    }
}
