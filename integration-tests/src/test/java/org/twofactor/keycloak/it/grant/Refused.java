package org.twofactor.keycloak.it.grant;

import static org.assertj.core.api.Assertions.assertThat;

import org.twofactor.keycloak.it.api.Answer;

/** What the grant says when it says no. */
final class Refused {

    private Refused() {}

    /** With 400, the OAuth error and the reason that is beside it. */
    static void with(Answer answer, String error, String reason) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.field("error")).isEqualTo(error);
        assertThat(answer.field("reason")).isEqualTo(reason);
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    static void asWrongCode(Answer answer) {
        with(answer, "invalid_grant", "CODE_INVALID");
    }

    static void asInvalidToken(Answer answer) {
        with(answer, "invalid_grant", "INVALID_TOKEN");
    }

    /** With 429, and the seconds to wait in body and header alike. */
    static void asTooMany(Answer answer, String reason, int longest) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(429);
        assertThat(answer.field("error")).isEqualTo("too_many_requests");
        assertThat(answer.field("reason")).isEqualTo(reason);
        assertThat(answer.retryAfter()).isBetween(1, longest);
        assertThat(answer.header("Retry-After")).contains(Integer.toString(answer.retryAfter()));
    }
}
