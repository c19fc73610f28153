package org.twofactor.keycloak.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Base32;

/**
 * The realm of the demo: put where Keycloak imports it, and read to tell the user who is in it. Keycloak imports a realm
 * only once; so when the file has changed since, the demo starts with an empty database.
 */
final class DemoRealm {

    /** One who can log in; the TOTP secret is nothing for a user without one. */
    record DemoUser(String name, String password, String totpSecret) {}

    private final DemoSettings settings;
    private final JsonNode realm;

    private DemoRealm(DemoSettings settings, JsonNode realm) {
        this.settings = settings;
        this.realm = realm;
    }

    static DemoRealm read(DemoSettings settings) {
        try {
            return new DemoRealm(
                    settings, new ObjectMapper().readTree(settings.realm().toFile()));
        } catch (IOException e) {
            throw new CannotStart("The demo realm " + settings.realm() + " can't be read: " + e.getMessage());
        }
    }

    String name() {
        return realm.path("realm").asText();
    }

    List<DemoUser> users() {
        ObjectMapper json = new ObjectMapper();
        List<DemoUser> users = new ArrayList<>();
        for (JsonNode user : realm.path("users")) {
            String password = "";
            String totpSecret = "";
            for (JsonNode credential : user.path("credentials")) {
                if (credential.path("type").asText().equals("password")) {
                    password = credential.path("value").asText();
                } else if (credential.path("type").asText().equals("otp")) {
                    totpSecret = totpSecret(json, credential);
                }
            }
            users.add(new DemoUser(user.path("username").asText(), password, totpSecret));
        }
        return users;
    }

    /** As an app takes it: Keycloak keeps the characters, apps want their Base32. */
    private static String totpSecret(ObjectMapper json, JsonNode credential) {
        try {
            String value = json.readTree(credential.path("secretData").asText("{}"))
                    .path("value")
                    .asText();
            return new Base32()
                    .encodeToString(value.getBytes(StandardCharsets.UTF_8))
                    .replace("=", "");
        } catch (IOException e) {
            return "";
        }
    }

    /** Readies Keycloak's data folder. True when its database is empty, and the start will fill it. */
    boolean prepareImport() {
        try {
            boolean imported = Files.exists(mark()) && Files.readString(mark()).equals(fingerprint());
            if (!imported) {
                deleteDatabase();
            }
            Path imports = Files.createDirectories(data().resolve("import"));
            Files.copy(settings.realm(), imports.resolve("demo-realm.json"), StandardCopyOption.REPLACE_EXISTING);
            return !imported;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Remembers that this realm is in the database now. Only when all is well: half an import is none. */
    void imported() {
        try {
            Files.writeString(mark(), fingerprint());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteDatabase() throws IOException {
        Path database = data().resolve("h2");
        if (Files.exists(database)) {
            try (Stream<Path> files = Files.walk(database)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(mark());
    }

    private Path data() {
        return settings.home().resolve("data");
    }

    private Path mark() {
        return data().resolve("demo-realm.imported");
    }

    /** The SMTP port is in the imported realm too. */
    private String fingerprint() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(settings.realm()));
            return HexFormat.of().formatHex(digest.digest()) + " " + settings.smtpPort();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
