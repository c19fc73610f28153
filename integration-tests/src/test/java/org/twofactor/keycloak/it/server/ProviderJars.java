package org.twofactor.keycloak.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts JARs into the {@code providers} folder of a Keycloak. A JAR that is there already, byte for byte, is not touched:
 * Keycloak builds itself anew, for some ten seconds, whenever the time of a provider JAR has changed.
 */
public final class ProviderJars {

    private ProviderJars() {}

    /** Afterwards these JARs are in the folder and no others. */
    public static void deploy(List<Path> jars, Path keycloakHome) {
        Path providers = keycloakHome.resolve("providers");
        try {
            Files.createDirectories(providers);
            List<Path> wanted = jars.stream()
                    .map(jar -> providers.resolve(jar.getFileName()))
                    .toList();
            try (Stream<Path> present = Files.list(providers)) {
                for (Path stale : present.filter(file -> file.toString().endsWith(".jar"))
                        .filter(file -> !wanted.contains(file))
                        .toList()) {
                    Files.delete(stale);
                }
            }
            for (Path jar : jars) {
                Path target = providers.resolve(jar.getFileName());
                if (!Files.exists(target) || Files.mismatch(jar, target) >= 0) {
                    Files.copy(jar, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't put " + jars + " into " + providers, e);
        }
    }
}
