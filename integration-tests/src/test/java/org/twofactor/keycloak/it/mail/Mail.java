package org.twofactor.keycloak.it.mail;

import jakarta.mail.Address;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One mail that arrived, taken apart.
 *
 * @param to the address it was delivered to
 * @param text the plain text part, or nothing
 * @param html the HTML part, or nothing
 * @param source all of it as it came, headers included
 */
public record Mail(String to, String from, String subject, String text, String html, String source) {

    /** On a line of its own: a username or a time may have six digits too. */
    private static final Pattern CODE = Pattern.compile("(?m)^\\d{6}\\r?$");

    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"'<>]+");

    static Mail of(String to, MimeMessage message) {
        try {
            StringBuilder text = new StringBuilder();
            StringBuilder html = new StringBuilder();
            collect(message, text, html);
            ByteArrayOutputStream source = new ByteArrayOutputStream();
            message.writeTo(source);
            return new Mail(
                    to,
                    Arrays.stream(Optional.ofNullable(message.getFrom()).orElseGet(() -> new Address[0]))
                            .map(Object::toString)
                            .findFirst()
                            .orElse(""),
                    Optional.ofNullable(message.getSubject()).orElse(""),
                    text.toString(),
                    html.toString(),
                    source.toString(StandardCharsets.UTF_8));
        } catch (MessagingException e) {
            throw new IllegalStateException("a mail that can't be read", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collect(Part part, StringBuilder text, StringBuilder html)
            throws MessagingException, IOException {
        if (part.isMimeType("text/plain")) {
            text.append(part.getContent());
        } else if (part.isMimeType("text/html")) {
            html.append(part.getContent());
        } else if (part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                BodyPart inner = parts.getBodyPart(i);
                collect(inner, text, html);
            }
        }
    }

    /** Whether the plain text has a code of six digits. */
    public boolean hasCode() {
        return CODE.matcher(text).find();
    }

    /** The one code of six digits in the plain text. Fails when there is none, or more than one. */
    public String code() {
        List<String> codes = CODE.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(String::strip)
                .distinct()
                .toList();
        if (codes.size() != 1) {
            throw new AssertionError("expected one code in the mail, found " + codes + ":\n" + text);
        }
        return codes.get(0);
    }

    /** The links in the plain text. */
    public List<String> links() {
        return LINK.matcher(text).results().map(MatchResult::group).toList();
    }
}
