package org.twofactor.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keycloak.authentication.AuthenticatorFactory;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * Keycloak puts the templates and texts of all extensions on one heap, by name: one of ours that another extension has too
 * would break both. So each has a prefix of our own.
 */
class OwnNamesTest {
    private static final String PREFIX = "two-factor-";

    /** Keycloak's consoles and its page of other ways look the names of a credential up by its type. */
    private static final String NAMES_OF_CREDENTIALS = "otp|(email-otp|recovery-code)(-display-name)?";

    /** Else a realm would not be ours by a flow that holds the step. */
    @Test
    void S63_everyAuthenticatorIsKnownAsAStepOfOurs() {
        List<String> ours = ServiceLoader.load(AuthenticatorFactory.class).stream()
                .filter(factory -> factory.type().getPackageName().startsWith("org.twofactor"))
                .map(factory -> factory.get().getId())
                .toList();
        assertThat(ours).hasSizeGreaterThan(7).allMatch(RealmSettings.OUR_STEPS.asMatchPredicate());
        assertThat(List.of("auth-otp-form", "conditional-user-configured", "two-factor", "my-two-factor-form"))
                .noneMatch(RealmSettings.OUR_STEPS.asMatchPredicate());
    }

    @Test
    void everyTemplateScriptAndStyleHasOurPrefix() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.walk(resources())) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("messages_"))
                    .toList();
            assertThat(names)
                    .hasSizeGreaterThan(10)
                    .allSatisfy(name -> assertThat(name).startsWith(PREFIX));
        }
    }

    @Test
    void everyTextHasOurPrefix() throws IOException, URISyntaxException {
        Properties english = new Properties();
        try (var reader = Files.newBufferedReader(resources().resolve("messages/messages_en.properties"))) {
            english.load(reader);
        }
        assertThat(english.stringPropertyNames())
                .hasSizeGreaterThan(10)
                .allSatisfy(key -> assertThat(key).matches(PREFIX + ".+|" + NAMES_OF_CREDENTIALS));
    }

    private static Path resources() throws URISyntaxException {
        URI here = OwnNamesTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        Path repository = Path.of(here).getParent().getParent().getParent();
        return repository.resolve("themes/src/main/resources/theme-resources");
    }
}
