package org.twofactor.keycloak.demo;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;

/**
 * For scripts: {@code GET /code?to=ADDRESS} waits for the next mail to that address that has a code, and answers the
 * code. Each mail is read once.
 */
final class CodePage {
    private static final Pattern TO = Pattern.compile("(?:^|&)to=([^&]+)");

    private final Inbox inbox;

    CodePage(Inbox inbox) {
        this.inbox = inbox;
    }

    void answer(HttpExchange exchange) throws IOException {
        Optional<String> code = address(exchange).flatMap(this::next);
        byte[] bytes = code.orElse("no mail with a code: GET /code?to=ADDRESS waits 15 s for one")
                .concat("\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(code.isPresent() ? 200 : 404, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Optional<String> address(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        Matcher to = TO.matcher(query == null ? "" : query);
        return to.find() ? Optional.of(URLDecoder.decode(to.group(1), StandardCharsets.UTF_8)) : Optional.empty();
    }

    private Optional<String> next(String address) {
        try {
            return Optional.of(inbox.next(address, Mail::hasCode).code());
        } catch (AssertionError nothingCame) {
            return Optional.empty();
        }
    }
}
