package org.twofactor.keycloak.it.browser;

import org.openqa.selenium.WindowType;
import org.openqa.selenium.bidi.browsingcontext.BrowsingContext;
import org.openqa.selenium.bidi.browsingcontext.CreateContextParameters;
import org.openqa.selenium.bidi.module.Browser;
import org.openqa.selenium.chrome.ChromeDriver;

/** Somebody at a browser: all their tabs share their cookies, and nobody else does. */
public final class Person {
    private final ChromeDriver driver;
    private final String userContext;
    private final Look look;

    Person(ChromeDriver driver, String userContext, Look look) {
        this.driver = driver;
        this.userContext = userContext;
        this.look = look;
    }

    /** Another tab, empty. */
    public Tab tab() {
        CreateContextParameters here = new CreateContextParameters(WindowType.TAB).userContext(userContext);
        Tab tab = new Tab(driver, new BrowsingContext(driver, here).getId(), look);
        tab.set();
        return tab;
    }

    void close() {
        new Browser(driver).removeUserContext(userContext);
    }
}
