package org.twofactor.keycloak.rest;

import java.util.Optional;
import java.util.function.Function;
import org.twofactor.keycloak.code.UnicodeText;
import org.twofactor.keycloak.mail.MailStyle;

/**
 * The query parameters of the calls that send mail: {@code origin} names one of the realm's mail configurations,
 * {@code language} a language by two letters.
 */
record MailQuery(Operation operation) {
    /** Goes on with what they ask for; without a template for it there is nothing to go on with. */
    Answer answer(Function<MailStyle, Answer> work) throws JsonBody.Malformed {
        Optional<String> origin =
                parameter("origin", 0, MailStyle.LONGEST_ORIGIN).filter(name -> !name.isEmpty());
        Optional<String> language = parameter("language", MailStyle.LANGUAGE, MailStyle.LANGUAGE);
        return MailStyle.ofOrigin(operation.session(), operation.settings(), origin, language)
                .map(work)
                .orElseGet(() -> Answer.refusal(RestError.UNABLE_TO_FIND_MAIL_TEMPLATE));
    }

    private Optional<String> parameter(String name, int least, int most) throws JsonBody.Malformed {
        String value =
                operation.session().getContext().getUri().getQueryParameters().getFirst(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!UnicodeText.is(value)) {
            throw new JsonBody.Malformed("querystring/%s must be Unicode text without NUL".formatted(name));
        }
        int length = value.codePointCount(0, value.length());
        if (length < least) {
            throw new JsonBody.Malformed(
                    "querystring/%s must NOT have fewer than %d characters".formatted(name, least));
        }
        if (length > most) {
            throw new JsonBody.Malformed("querystring/%s must NOT have more than %d characters".formatted(name, most));
        }
        return Optional.of(value);
    }
}
