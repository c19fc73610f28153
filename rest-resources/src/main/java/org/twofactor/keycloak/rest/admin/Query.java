package org.twofactor.keycloak.rest.admin;

import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.regex.Pattern;
import org.keycloak.services.ErrorResponse;
import org.keycloak.services.ErrorResponseException;

/** Reads query parameters; what can't be meant is refused with a sentence, and not taken for something else. */
final class Query {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    private Query() {}

    static Optional<Boolean> flag(String name, String value) {
        if (value == null) {
            return Optional.empty();
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw refusal(name + ": write true or false");
        }
        return Optional.of(value.equals("true"));
    }

    static int number(String name, String value, int byDefault, int least, int most) {
        if (value == null) {
            return byDefault;
        }
        long number = NUMBER.matcher(value).matches() ? Long.parseLong(value) : -1;
        if (number < least || number > most) {
            throw refusal("%s: write a whole number from %d to %d".formatted(name, least, most));
        }
        return (int) number;
    }

    static ErrorResponseException refusal(String sentence) {
        return ErrorResponse.error(sentence, Response.Status.BAD_REQUEST);
    }
}
