package org.twofactor.keycloak.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.mail.Inbox;

/** The phone of whoever has none at hand. */
class PhonePageTest {
    private static final String URL = "otpauth://totp/x:y?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=x";

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
    void curlGetsTheCodeAlone() throws Exception {
        HttpResponse<String> answer = post(URL);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).matches("\\d{6}\n");
    }

    @Test
    void aBrowserGetsAPage() throws Exception {
        assertThat(post("url=" + URLEncoder.encode(URL, StandardCharsets.UTF_8)).body())
                .contains("<form method='post'>")
                .containsPattern(">\\d{6}<");
    }

    @Test
    void whateverElseIsRefusedWithASentence() throws Exception {
        for (String nonsense :
                new String[] {"", "nonsense", "otpauth://totp/x", "otpauth://hotp/x?secret=AA", "<script>"}) {
            HttpResponse<String> answer = post(nonsense);
            assertThat(answer.statusCode()).as(nonsense).isEqualTo(400);
            assertThat(answer.body()).contains("otpauth://totp/").doesNotContain("<script");
        }
    }

    private HttpResponse<String> post(String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + page.port() + "/phone"))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
