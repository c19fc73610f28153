package org.twofactor.keycloak.it.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticatorOptions;
import org.twofactor.keycloak.it.browser.Look.Screen;

/**
 * One tab of a {@link Person}'s browser. Every act that leaves the page returns when the next one is there: nothing here
 * sleeps, and nothing looks at a page that is on its way out.
 */
public final class Tab {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_TWO_LOOKS = Duration.ofMillis(20);
    private static final int MOST_STOPS = 20;
    private static final Path SCREENSHOTS = Path.of(System.getProperty("screenshots", "target/screenshots"));
    private static final Path PICTURES = Path.of("../docs/images");

    private final ChromeDriver driver;
    private final String handle;
    private final Look look;

    Tab(ChromeDriver driver, String handle, Look look) {
        this.driver = driver;
        this.handle = handle;
        this.look = look;
    }

    /** Gives the browser what its settings say; they last as long as the tab. */
    void set() {
        driver().executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride", look.screen().metrics());
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", look.dark() ? "dark" : "light"))));
        driver.executeCdpCommand(
                "Emulation.setUserAgentOverride",
                Map.of(
                        "userAgent",
                        String.valueOf(driver.executeScript("return navigator.userAgent")),
                        "acceptLanguage",
                        look.language()));
        scripts(look.scripts());
    }

    /** Gives the page another room. */
    public Tab on(Screen screen) {
        driver().executeCdpCommand("Emulation.setDeviceMetricsOverride", screen.metrics());
        return this;
    }

    private void scripts(boolean on) {
        driver().executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !on));
    }

    /** The driver, looking at this tab. */
    private ChromeDriver driver() {
        driver.switchTo().window(handle);
        return driver;
    }

    public Tab go(String url) {
        driver().get(url);
        return this;
    }

    public URI url() {
        return URI.create(driver().getCurrentUrl());
    }

    /** What {@code <title>} says. */
    public String title() {
        return driver().getTitle();
    }

    /** All that can be read on the page. */
    public String text() {
        return driver().findElement(By.tagName("body")).getText();
    }

    public String html() {
        return driver().getPageSource();
    }

    /** Whether it is on the page, to be seen or not. */
    public boolean has(String css) {
        return !driver().findElements(By.cssSelector(css)).isEmpty();
    }

    /** The one element, which must be there. */
    public WebElement element(String css) {
        try {
            return driver().findElement(By.cssSelector(css));
        } catch (NoSuchElementException e) {
            throw new AssertionError("no " + css + " at " + url() + ":\n" + text(), e);
        }
    }

    /** All such elements; perhaps none. */
    public List<WebElement> elements(String css) {
        return driver().findElements(By.cssSelector(css));
    }

    /** What can be read in the first such element; nothing when it is not there or not to be seen. */
    public Optional<String> read(String css) {
        return driver().findElements(By.cssSelector(css)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .map(WebElement::getText);
    }

    /** What can be read in all such elements. */
    public List<String> readAll(String css) {
        return driver().findElements(By.cssSelector(css)).stream()
                .map(WebElement::getText)
                .toList();
    }

    /** Puts the text into a field in place of what is there. */
    public Tab type(String css, String text) {
        WebElement field = element(css);
        field.clear();
        field.sendKeys(text);
        return this;
    }

    /** Presses keys, wherever the focus is. */
    public Tab press(CharSequence... keys) {
        driver().switchTo().activeElement().sendKeys(keys);
        return this;
    }

    /** Goes on with the tab key until the focus is there. */
    public Tab tabTo(String css) {
        for (int stop = 0; stop < MOST_STOPS; stop++) {
            if (driver().switchTo().activeElement().equals(element(css))) {
                return this;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the tab key does not lead to " + css);
    }

    /** Gives the tab an authenticator that makes passkeys and answers for its user at once. */
    public Tab withPasskeys() {
        driver().addVirtualAuthenticator(new VirtualAuthenticatorOptions()
                .setProtocol(VirtualAuthenticatorOptions.Protocol.CTAP2)
                .setTransport(VirtualAuthenticatorOptions.Transport.INTERNAL)
                .setHasResidentKey(true)
                .setHasUserVerification(true)
                .setIsUserVerified(true));
        return this;
    }

    /** Clicks on what leads to another page, the same one anew included. */
    public Tab follow(String css) {
        WebElement link = element(css);
        return leaving(link::click);
    }

    public Tab back() {
        return leaving(() -> driver.navigate().back());
    }

    public Tab refresh() {
        return leaving(() -> driver.navigate().refresh());
    }

    /** Does something that leaves the page, and waits until the next one is there. */
    public Tab leaving(Runnable act) {
        WebElement old = driver().findElement(By.tagName("html"));
        act.run();
        await("the next page", () -> isGone(old));
        await("the whole page", () -> "complete".equals(driver.executeScript("return document.readyState")));
        return this;
    }

    private static boolean isGone(WebElement element) {
        try {
            element.isEnabled();
            return false;
        } catch (StaleElementReferenceException e) {
            return true;
        } catch (WebDriverException e) {
            // Between two documents.
            return false;
        }
    }

    /** Waits for what a script does to the page by itself. */
    public Tab await(String what, BooleanSupplier condition) {
        driver();
        try {
            new WebDriverWait(driver, PATIENCE, BETWEEN_TWO_LOOKS)
                    .ignoring(WebDriverException.class)
                    .withMessage(() -> what + " did not come; the page is " + driver.getCurrentUrl())
                    .until(ready -> condition.getAsBoolean());
            return this;
        } catch (TimeoutException e) {
            screenshot("waited-in-vain");
            throw e;
        }
    }

    /** The cookies that a page there would get; leaves this tab at that page. */
    public Set<Cookie> cookiesAt(String url) {
        return go(url).driver().manage().getCookies();
    }

    /** For the site of the page that is there. */
    public void addCookie(Cookie cookie) {
        driver().manage().addCookie(cookie);
    }

    /** Evaluates an expression on the page: {@code return document.activeElement.id}. */
    public Object script(String body, Object... arguments) {
        return driver().executeScript(body, arguments);
    }

    /** Keeps a picture of the page for people to look at: {@code target/screenshots/NAME.png}. */
    public Tab screenshot(String name) {
        keep(name, driver().getScreenshotAs(OutputType.BYTES), SCREENSHOTS);
        return this;
    }

    /** The same; with {@code -Dpictures.write=true} it is the one that the docs show, too. */
    public Tab picture(String name) {
        return picture(name, driver().getScreenshotAs(OutputType.BYTES));
    }

    /** The same of one part of the page. */
    public Tab pictureOf(String css, String name) {
        return picture(name, element(css).getScreenshotAs(OutputType.BYTES));
    }

    private Tab picture(String name, byte[] png) {
        keep(name, png, SCREENSHOTS);
        if (Boolean.getBoolean("pictures.write")) {
            keep(name, png, PICTURES);
        }
        return this;
    }

    private static void keep(String name, byte[] png, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(name + ".png"), png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Has axe-core look at the page, with all its rules, and fails on anything that it finds.
     *
     * @see <a href="https://www.w3.org/TR/WCAG22/">WCAG 2.2</a>
     */
    public Tab assertAccessible() {
        // axe is a script itself; those of the page have had their chance, or not, when it was loaded.
        scripts(true);
        Accessibility.assertNothingFound(driver, "%s (%s)".formatted(title(), look));
        scripts(look.scripts());
        return this;
    }
}
