package org.twofactor.keycloak.demo;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.twofactor.keycloak.it.code.AuthenticatorApp;

/**
 * An authenticator app for whoever has no phone at hand: takes the {@code otpauth://} URL of a set-up, shows the code of
 * the moment. As a page with a form, and for {@code curl -d}. It keeps nothing.
 */
final class PhonePage {
    private static final int MOST_BYTES = 2048;
    private static final String FIELD = "url=";

    private PhonePage() {}

    static void answer(HttpExchange exchange) throws IOException {
        boolean asked = exchange.getRequestMethod().equals("POST");
        String body = new String(exchange.getRequestBody().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        boolean form = body.startsWith(FIELD);
        int status = 200;
        String text;
        try {
            text = asked
                    ? code(form ? URLDecoder.decode(body.substring(FIELD.length()), StandardCharsets.UTF_8) : body)
                    : "";
        } catch (IllegalArgumentException | NullPointerException e) {
            status = 400;
            text = "Send the url that /user/2fa/totp/setup answered: otpauth://totp/…";
        }
        boolean plain = asked && !form;
        byte[] bytes = (plain ? text + "\n" : page(text)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", (plain ? "text/plain" : "text/html") + "; charset=utf-8");
        exchange.getResponseHeaders().set("Content-Security-Policy", InboxPage.POLICY);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String code(String otpauthUrl) {
        return AuthenticatorApp.scanning(otpauthUrl.strip()).codeAt(Instant.now());
    }

    private static String page(String code) {
        return InboxPage.html(
                "A phone",
                "",
                "<p><a href='/'>All mails</a></p><form method='post'><p><label>The otpauth:// URL of a set-up<br>"
                        + "<input name='url' size='80' autocomplete='off'></label></p><p><button>Show the code</button></p>"
                        + "</form><p style='font-size:2rem'>" + InboxPage.escaped(code) + "</p>");
    }
}
