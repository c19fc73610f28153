package org.twofactor.keycloak.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Takes in what Keycloak prints: all of it goes to a file, errors and their stack traces to the console as well. */
final class DemoLog {

    private static final Pattern ENTRY = Pattern.compile("^\\d{4}-\\d{2}-\\d{2} \\S+ ([A-Z]+) +\\[.*");

    private final Path file;
    private final PrintStream console;
    private boolean inError;

    DemoLog(Path file, PrintStream console) {
        this.file = file;
        this.console = console;
    }

    /** Reads to the end, in a thread of its own that keeps nobody from leaving. */
    void follow(InputStream output) {
        Thread reader = new Thread(() -> copy(output), "keycloak-log");
        reader.setDaemon(true);
        reader.start();
    }

    private void copy(InputStream output) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
                PrintWriter log = new PrintWriter(Files.newBufferedWriter(file), true)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.println(line);
                if (isError(line)) {
                    console.println(line);
                }
            }
        } catch (IOException e) {
            console.println("Keycloak's log is cut off: " + e.getMessage());
        }
    }

    /** A line without a time stamp belongs to the entry before it. Those before the first entry are kc.sh's own. */
    boolean isError(String line) {
        var entry = ENTRY.matcher(line);
        if (entry.matches()) {
            inError = entry.group(1).equals("ERROR") || entry.group(1).equals("FATAL");
        }
        return inError || line.startsWith("ERROR");
    }
}
