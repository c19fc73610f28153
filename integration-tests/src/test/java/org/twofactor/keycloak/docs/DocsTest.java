package org.twofactor.keycloak.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The docs lead nowhere that is not there, and no picture lies about that nobody shows. */
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PICTURES = ROOT.resolve("docs/images");
    private static final Pattern LINK = Pattern.compile("(!?)\\[([^\\]]*)\\]\\(([^)#\\s]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
    private static final int MOST_BYTES = 120 * 1024;

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.list(ROOT.resolve("docs"));
                Stream<Path> docker = Files.list(ROOT.resolve("docker"))) {
            List<Path> pages = Stream.of(top, docs, docker)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
            return pages.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatAPageLinksToIsThereAndEveryPictureIsTold(Path page) throws IOException {
        for (MatchResult link : links(page)) {
            String target = link.group(3);
            if (target.contains(":")) {
                continue;
            }
            Path there = target.isEmpty() ? page : page.resolveSibling(target);
            assertThat(there).as("%s links to %s", page.getFileName(), target).exists();
            if (link.group(4) != null) {
                assertThat(anchors(there))
                        .as("%s links to %s", page.getFileName(), target)
                        .contains(link.group(4));
            }
            if (link.group(1).equals("!")) {
                assertThat(link.group(2))
                        .as("what %s says of %s to those who do not see it", page.getFileName(), target)
                        .hasSizeGreaterThan(20);
            }
        }
    }

    @Test
    void everyPictureIsShownSomewhereAndIsNoBiggerThanItHasToBe() throws IOException {
        Set<Path> shown = pages().flatMap(page -> links(page).stream()
                        .map(link -> page.resolveSibling(link.group(3)).normalize()))
                .collect(Collectors.toSet());
        try (Stream<Path> pictures = Files.list(PICTURES)) {
            List<Path> all = pictures.toList();
            assertThat(all).isNotEmpty();
            for (Path picture : all) {
                assertThat(shown).contains(picture);
                assertThat(picture).satisfies(it -> assertThat(Files.size(it)).isLessThan(MOST_BYTES));
            }
        }
    }

    @Test
    void S44_theySayThatPasswordThenFactorOverRestIsForFirstPartyApps() {
        assertThat(ROOT.resolve("docs/security.md"))
                .content()
                .containsIgnoringCase("first-party apps")
                .contains("RFC 9700");
    }

    /** As the usual viewers make them of headings. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static List<MatchResult> links(Path page) {
        try {
            return LINK.matcher(Files.readString(page)).results().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
