package org.twofactor.keycloak.it.story;

import java.time.Duration;
import java.time.Instant;
import org.twofactor.keycloak.it.code.AuthenticatorApp;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;

/**
 * A user's authenticator app that hands out each code once, oldest first, so that a test can prove itself many times
 * without waiting for the next one. It needs a realm that looks at least {@link #WINDOW} steps around.
 */
public final class Device {
    /** Steps before and after the current one that the realm has to accept. */
    public static final int WINDOW = 20;

    private static final int MARGIN = 2;

    private final AuthenticatorApp app;
    private final Instant scannedAt = Instant.now();
    private int next = -WINDOW + MARGIN;

    Device(AuthenticatorApp app) {
        this.app = app;
    }

    public static Device scanning(String otpauthUrl) {
        return new Device(AuthenticatorApp.scanning(otpauthUrl));
    }

    /** A right code that it has not handed out yet. */
    public synchronized String code() {
        long steps = Duration.between(scannedAt, Instant.now()).dividedBy(app.period());
        // The oldest leave the window while a long test is at other things.
        next = Math.max(next, (int) steps - WINDOW + MARGIN);
        if (next >= WINDOW - MARGIN) {
            throw new IllegalStateException("all codes of the window are handed out");
        }
        String code = app.codeAt(
                scannedAt.plus(Duration.ofSeconds(next++ * app.period().toSeconds())));
        IssuedSecrets.add("TOTP code", code);
        return code;
    }

    /** The code that it shows now, as a person would read it; {@link #code()} may hand it out as well. */
    public String shownNow() {
        return app.codeAt(Instant.now());
    }

    /** A code that it shows at no time in the window. */
    public String wrongCode() {
        for (int guess = 0; ; guess++) {
            String code = String.format("%0" + app.digits() + "d", guess);
            if (neverShows(code)) {
                return code;
            }
        }
    }

    public AuthenticatorApp app() {
        return app;
    }

    private boolean neverShows(String code) {
        for (int step = -2 * WINDOW; step <= 2 * WINDOW; step++) {
            if (app.codeAt(scannedAt.plus(Duration.ofSeconds(step * app.period().toSeconds())))
                    .equals(code)) {
                return false;
            }
        }
        return true;
    }
}
