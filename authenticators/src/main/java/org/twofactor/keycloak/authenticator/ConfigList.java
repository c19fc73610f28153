package org.twofactor.keycloak.authenticator;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The comma separated lists of an authenticator's configuration. */
final class ConfigList {

    private ConfigList() {}

    /** Empty where nothing is written. */
    static List<String> of(Map<String, String> config, String name) {
        return Stream.of(config.getOrDefault(name, "").split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }
}
