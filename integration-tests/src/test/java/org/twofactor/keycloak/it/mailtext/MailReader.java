package org.twofactor.keycloak.it.mailtext;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.twofactor.keycloak.it.mail.Mail;

/** What holds for the form of every mail of ours. */
final class MailReader {
    /** What Keycloak's sender writes. */
    static final List<String> HEADERS = List.of(
            "received",
            "return-path",
            "date",
            "from",
            "reply-to",
            "to",
            "message-id",
            "subject",
            "mime-version",
            "content-type");

    private MailReader() {}

    /** Plain text first, HTML second, nothing beside them; only the usual headers, and one recipient. */
    static void assertWellFormed(Mail mail) {
        String source = mail.source();
        assertThat(Pattern.compile("(?mi)^Content-Type: (\\S+?)[;\\r\\n]")
                        .matcher(source)
                        .results()
                        .map(found -> found.group(1).toLowerCase(Locale.ROOT)))
                .containsExactly("multipart/alternative", "text/plain", "text/html");
        assertThat(headers(mail)).isSubsetOf(HEADERS).doesNotHaveDuplicates().contains("to", "subject");
        assertThat(mail.text()).doesNotContain("&lt;", "&amp;", "&quot;", "&#", "${", "{0}", "two-factor-");
        assertThat(mail.html()).doesNotContain("<script", "${", "{0}", "two-factor-");
    }

    /** The names of all header lines. */
    static List<String> headers(Mail mail) {
        return Arrays.stream(mail.source().split("\\r?\\n\\r?\\n", 2)[0].split("\\r?\\n"))
                .filter(line -> !line.isEmpty() && !Character.isWhitespace(line.charAt(0)))
                .map(line -> line.split(":", 2)[0].toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The words of the HTML part, without its tags, each run of white space as one blank. */
    static String words(Mail mail) {
        return mail.html()
                .replaceAll("<[^>]*>", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }

    static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
