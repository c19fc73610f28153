package org.twofactor.keycloak.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;

/**
 * The demo's mails as web pages: a list that renews itself, and one mail with its text and its HTML. Whatever stands in
 * a mail is escaped or locked in a sandbox; nothing is logged, since mails hold codes and links. Loopback only.
 */
final class InboxPage implements AutoCloseable {

    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"']+");

    /** No scripts, nothing from elsewhere; mails bring their own styles. */
    static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'";

    private static final String STYLE = """
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
            table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .4rem .8rem .4rem 0 }
            tr + tr { border-top: 1px solid #8884 } pre { white-space: pre-wrap; background: #8881; padding: 1rem }
            iframe { width: 100%; height: 30rem; border: 1px solid #8884; background: #fff }
            """;

    private final Inbox inbox;
    private final HttpServer server;
    // One that waits for a mail must not keep others from reading theirs.
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private InboxPage(Inbox inbox, HttpServer server) {
        this.inbox = inbox;
        this.server = server;
    }

    /** Starts it. Port 0 for any free one. */
    static InboxPage start(Inbox inbox, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        InboxPage page = new InboxPage(inbox, server);
        server.createContext("/", page::answer);
        server.createContext("/phone", PhonePage::answer);
        server.createContext("/code", new CodePage(inbox)::answer);
        server.setExecutor(page.threads);
        server.start();
        return page;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        List<Mail> mails = inbox.all();
        String page = null;
        if (path.equals("/")) {
            page = list(mails);
        } else if (path.matches("/mail/\\d{1,6}")) {
            int number = Integer.parseInt(path.substring("/mail/".length()));
            page = number >= 1 && number <= mails.size() ? one(mails.get(number - 1)) : null;
        }
        byte[] bytes = (page == null ? html("Not found", "", "<p><a href='/'>All mails</a></p>") : page)
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.sendResponseHeaders(page == null ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String list(List<Mail> mails) {
        StringBuilder rows = new StringBuilder();
        for (int number = mails.size(); number >= 1; number--) {
            Mail mail = mails.get(number - 1);
            rows.append("<tr><td>%d</td><td>%s</td><td><a href='/mail/%d'>%s</a></td></tr>"
                    .formatted(
                            number,
                            escaped(mail.to()),
                            number,
                            escaped(mail.subject().isBlank() ? "(no subject)" : mail.subject())));
        }
        String body = mails.isEmpty()
                ? "<p>No mail yet. This page looks again every three seconds.</p>"
                : "<table><tr><th>No.</th><th>To</th><th>Subject</th></tr>" + rows + "</table>";
        return html(
                "Mails of the demo",
                "<meta http-equiv='refresh' content='3'>",
                body + "<p><a href='/phone'>A phone with an authenticator app</a></p>");
    }

    private static String one(Mail mail) {
        String text = mail.text().isBlank() ? "" : "<h2>Text</h2><pre>" + linked(mail.text()) + "</pre>";
        // The sandbox runs no script; links of the mail may open a tab, or they would be of no use.
        String rich = mail.html().isBlank()
                ? ""
                : "<h2>HTML</h2><iframe title='The mail as HTML' sandbox='allow-popups allow-popups-to-escape-sandbox' srcdoc=\""
                        + escaped("<base target='_blank'>" + mail.html()) + "\"></iframe>";
        return html(
                mail.subject(),
                "",
                "<p><a href='/'>All mails</a></p><p>From %s<br>To %s</p>"
                                .formatted(escaped(mail.from()), escaped(mail.to()))
                        + text
                        + rich);
    }

    static String html(String title, String head, String body) {
        return "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
                + "<meta name='color-scheme' content='light dark'>" + head + "<title>" + escaped(title)
                + "</title><style>" + STYLE + "</style></head><body><h1>" + escaped(title) + "</h1>" + body
                + "</body></html>";
    }

    private static String linked(String text) {
        return LINK.matcher(escaped(text)).replaceAll("<a href='$0' target='_blank' rel='noreferrer'>$0</a>");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
