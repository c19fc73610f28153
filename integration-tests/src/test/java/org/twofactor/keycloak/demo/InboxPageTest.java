package org.twofactor.keycloak.demo;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;

/** Mails reach the inbox and its page, and what is in them stays text. */
class InboxPageTest {

    private Inbox inbox;
    private InboxPage page;

    @BeforeEach
    void start() throws Exception {
        inbox = Inbox.start("127.0.0.1", 0);
        page = InboxPage.start(inbox, 0);
    }

    @AfterEach
    void stop() {
        page.close();
        inbox.close();
    }

    @Test
    void aMailIsListedAndShown() throws Exception {
        send("maria@example.org", "Your code", "Your code is 042137.\nhttp://localhost/x?a=1&b=2", "<p>Your code</p>");
        assertThat(get("/").body()).contains("maria@example.org", "Your code", "http-equiv='refresh'");
        assertThat(get("/mail/1").body())
                .contains("Your code is 042137.", "href='http://localhost/x?a=1&amp;b=2'", "sandbox=");
        assertThat(get("/mail/2").statusCode()).isEqualTo(404);
        assertThat(get("/mail/x").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsInAMailStaysText() throws Exception {
        send("\"<b>\"@example.org", "<script>1</script>", "<script>2</script>", "\"><script>3</script>");
        assertThat(get("/").body() + get("/mail/1").body()).doesNotContain("<script", "<b>");
        assertThat(get("/mail/1").headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
    }

    @Test
    void aScriptGetsEachCodeOnce() throws Exception {
        send("maria@example.org", "A notice", "user-1234567 was changed", "");
        send("maria@example.org", "A code", "Your code:\n042137\n", "");
        send("maria@example.org", "Another", "Your code:\n333333\n", "");
        assertThat(get("/code?to=maria%40example.org").body()).isEqualTo("042137\n");
        assertThat(get("/code?to=maria%40example.org").body()).isEqualTo("333333\n");
        assertThat(get("/code").statusCode()).isEqualTo(404);
    }

    @Test
    void mailsAreGivenOutInTheirOrderAndOnce() throws Exception {
        send("maria@example.org", "First", "Your code:\n111111\n", "");
        send("paul@example.org", "Other", "Your code:\n222222\n", "");
        send("maria@example.org", "Second", "Your code:\n333333\n", "");
        assertThat(inbox.next("Maria@example.org").code()).isEqualTo("111111");
        assertThat(inbox.next("maria@example.org").code()).isEqualTo("333333");
        assertThat(inbox.await("paul@example.org", 1)).extracting(Mail::subject).containsExactly("Other");
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://localhost:" + page.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void send(String to, String subject, String text, String html) throws MessagingException {
        Properties smtp = new Properties();
        smtp.put("mail.smtp.host", "127.0.0.1");
        smtp.put("mail.smtp.port", String.valueOf(inbox.port()));
        MimeMessage message = new MimeMessage(Session.getInstance(smtp));
        message.setFrom(new InternetAddress("no-reply@example.org"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(to, false));
        message.setSubject(subject);
        MimeBodyPart plain = new MimeBodyPart();
        plain.setText(text, "UTF-8");
        MimeBodyPart rich = new MimeBodyPart();
        rich.setContent(html, "text/html; charset=UTF-8");
        message.setContent(new MimeMultipart("alternative", plain, rich));
        Transport.send(message);
    }
}
