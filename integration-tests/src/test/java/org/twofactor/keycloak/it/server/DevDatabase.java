package org.twofactor.keycloak.it.server;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The file that a server with {@code --db=dev-file} has left, read with the driver of its own distribution. */
public final class DevDatabase {
    private static final String USER = "keycloak";
    private static final String PASSWORD = "keycloak";

    /** Options that the server has to be started with. */
    public static final List<String> LOGIN = List.of("--db-username=" + USER, "--db-password=" + PASSWORD);

    private DevDatabase() {}

    /** Runs one query, once the server has stopped. Answers rows of columns, as text. */
    public static List<List<String>> select(Distribution distribution, String sql) {
        Path home = distribution.home();
        Properties login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", PASSWORD);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {driver(home).toUri().toURL()})) {
            Driver driver = (Driver)
                    loader.loadClass("org.h2.Driver").getDeclaredConstructor().newInstance();
            String url = "jdbc:h2:file:" + home.resolve("data/h2/keycloakdb").toAbsolutePath()
                    + ";IFEXISTS=TRUE;NON_KEYWORDS=VALUE";
            try (Connection connection = driver.connect(url, login);
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                return rows(result);
            }
        } catch (IOException | SQLException | ReflectiveOperationException e) {
            throw new IllegalStateException("can't read the database in " + home, e);
        }
    }

    private static List<List<String>> rows(ResultSet result) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        while (result.next()) {
            List<String> columns = new ArrayList<>();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                columns.add(result.getString(column));
            }
            rows.add(columns);
        }
        return rows;
    }

    private static Path driver(Path home) throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib/lib/main"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("com.h2database.h2-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
