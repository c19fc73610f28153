package org.twofactor.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every language says everything that English says, with the same placeholders, in a form that can be formatted. */
class MessageBundlesTest {
    private static final Pattern NAME = Pattern.compile("messages_(.+)\\.properties");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\d)");
    private static final Pattern COUNT = Pattern.compile("\\{(\\d),choice,");
    private static final int MOST_THAT_IS_COUNTED = 20;
    private static final Properties ENGLISH = bundle("en");

    static Stream<String> languages() {
        try (Stream<Path> files = Files.list(folder())) {
            List<String> names = files.map(
                            file -> NAME.matcher(file.getFileName().toString()))
                    .filter(name -> name.matches())
                    .map(name -> name.group(1))
                    .sorted()
                    .toList();
            return names.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void S53_thereAreAtLeastThirtyLanguages() {
        assertThat(languages()).hasSizeGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("languages")
    void S53_everyLanguageHasTheKeysOfEnglish(String language) {
        assertThat(bundle(language).stringPropertyNames()).isEqualTo(ENGLISH.stringPropertyNames());
    }

    @ParameterizedTest
    @MethodSource("languages")
    void S53_everyTextHasThePlaceholdersOfEnglish(String language) {
        bundle(language)
                .forEach((key, text) -> assertThat(placeholders((String) text))
                        .as("%s in %s: %s", key, language, text)
                        .isEqualTo(placeholders(ENGLISH.getProperty((String) key))));
    }

    /** A straight apostrophe would be eaten, and what stands between two would be taken as it is. */
    @ParameterizedTest
    @MethodSource("languages")
    void S53_noTextHasAStraightApostropheOrMarkup(String language) {
        bundle(language)
                .forEach((key, text) -> assertThat(COUNT.matcher((String) text).replaceAll(""))
                        .as("%s in %s", key, language)
                        .isNotBlank()
                        .doesNotContain("'", "<p", "<b", "</", "\n", "\r")
                        .isEqualTo(((String) text).strip().replaceAll(COUNT.pattern(), "")));
    }

    @ParameterizedTest
    @MethodSource("languages")
    void S53_everyTextCanBeFormattedAndShowsWhatItIsGiven(String language) {
        Locale locale = Locale.forLanguageTag(language.replace('_', '-'));
        bundle(language).forEach((key, text) -> {
            boolean counts = COUNT.matcher((String) text).find()
                    || COUNT.matcher(ENGLISH.getProperty((String) key)).find();
            if (!counts) {
                String formatted = new MessageFormat((String) text, locale).format(new Object[] {"FIRST", "SECOND"});
                assertThat(formatted.contains("FIRST"))
                        .as("%s in %s: %s", key, language, formatted)
                        .isEqualTo(((String) text).contains("{0}"));
                assertThat(formatted.contains("SECOND")).isEqualTo(((String) text).contains("{1}"));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("languages")
    void S53_everyCountHasAForm(String language) {
        Locale locale = Locale.forLanguageTag(language.replace('_', '-'));
        ENGLISH.stringPropertyNames().stream()
                .filter(key -> COUNT.matcher(ENGLISH.getProperty(key)).find())
                .forEach(key -> IntStream.rangeClosed(0, MOST_THAT_IS_COUNTED).forEach(count -> {
                    String formatted = new MessageFormat(bundle(language).getProperty(key), locale)
                            .format(new Object[] {count, count});
                    assertThat(formatted)
                            .as("%s in %s for %s", key, language, count)
                            .isNotBlank()
                            .doesNotContain("{", "}", "|", "#");
                }));
    }

    private static Set<String> placeholders(String text) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Properties bundle(String language) {
        Properties texts = new Properties();
        try (Reader reader = Files.newBufferedReader(folder().resolve("messages_" + language + ".properties"))) {
            texts.load(reader);
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            URI here = MessageBundlesTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            Path repository = Path.of(here).getParent().getParent().getParent();
            return repository.resolve("themes/src/main/resources/theme-resources/messages");
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
