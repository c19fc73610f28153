package org.twofactor.keycloak.it.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.bidi.module.Browser;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Debian's Chromium without a window: one process for all tests of a run, started for the first that needs it. Each
 * {@link Person} in it has cookies of their own, and is gone after the test.
 *
 * <p>It reaches this machine and nothing else. The app of the tests, {@code http://app.example.org}, is an {@link App}
 * that it thinks to be there.
 */
public final class Chromium implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private final ChromeDriver driver;
    private final App app;
    private final List<Person> people = new ArrayList<>();

    private Chromium(ChromeDriver driver, App app) {
        this.driver = driver;
        this.app = app;
    }

    /** Why there is no browser on this machine, if so. With {@code -Dbrowser.required=true} that is no excuse. */
    public static Optional<String> obstacle() {
        if (Boolean.getBoolean("browser.required")) {
            return Optional.empty();
        }
        return Stream.of(BINARY, DRIVER)
                .filter(file -> !Files.isExecutable(file))
                .findFirst()
                .map(file -> file + " is missing: install Debian's chromium and chromium-driver");
    }

    public static Chromium start() {
        // Of a protocol that we don't use, and of which Selenium knows no version that fits this browser.
        Logger.getLogger("org.openqa.selenium.devtools").setLevel(Level.SEVERE);
        Logger.getLogger("org.openqa.selenium.chromium").setLevel(Level.SEVERE);
        App app = App.start();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BINARY.toFile());
        // For people with cookies of their own in one process.
        options.setCapability("webSocketUrl", true);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--force-color-profile=srgb",
                // It would wait half a minute for the app to speak TLS.
                "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable",
                "--host-resolver-rules=MAP " + App.HOST + " 127.0.0.1:" + app.port()
                        + ", MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .build();
        return new Chromium(new ChromeDriver(service, options), app);
    }

    /** Somebody at a browser of their own, set as most are. */
    public Person person() {
        return person(Look.USUAL);
    }

    /** Somebody at a browser of their own. */
    public Person person(Look look) {
        Person person = new Person(driver, new Browser(driver).createUserContext(), look);
        people.add(person);
        return person;
    }

    /** Closes all their windows and forgets their cookies. */
    public void sendEverybodyHome() {
        people.forEach(Person::close);
        people.clear();
    }

    @Override
    public void close() {
        driver.quit();
        app.close();
    }
}
