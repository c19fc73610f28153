package org.twofactor.keycloak.grant;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Optional;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.code.TypedCode;
import org.twofactor.keycloak.code.UnicodeText;
import org.twofactor.keycloak.mail.MailStyle;

/**
 * The parameters of the grant. Each is asked for when it is needed, so that a wrong partial token is called that,
 * whatever else is wrong.
 *
 * @param parameters as Keycloak hands them on: it takes control characters out
 * @param sent as they came
 */
record GrantForm(MultivaluedMap<String, String> parameters, MultivaluedMap<String, String> sent) {
    static final String PARTIAL_TOKEN = "partial_auth_token";
    static final String CODE = "code";

    /** A parameter that is missing or can't be right. The sentence never repeats its value. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String sentence) {
            super(sentence);
        }
    }

    Secret partialToken() throws Malformed {
        return parameter(PARTIAL_TOKEN)
                .filter(token -> !token.isBlank())
                .map(Secret::of)
                .orElseThrow(() -> new Malformed("Missing form parameter: " + PARTIAL_TOKEN));
    }

    /** Empty where the client asks what is due. */
    Optional<FactorId> factor() throws Malformed {
        Optional<String> name = parameter("factor");
        Optional<FactorId> factor = name.flatMap(FactorId::ofWireName);
        if (name.isPresent() && factor.isEmpty()) {
            throw new Malformed("factor must be totp, email-otp or recovery-code");
        }
        return factor;
    }

    /** Empty where there is none; what has not the form of a code of that factor can't be right, and is no guess. */
    Optional<Secret> code(FactorId factor) throws Malformed {
        Optional<String> typed = parameter(CODE);
        Optional<Secret> code = typed.flatMap(text -> TypedCode.of(factor, text));
        if (typed.isPresent() && code.isEmpty()) {
            throw new Malformed("code must have the length and the characters of a code of " + factor.wireName());
        }
        return code;
    }

    Optional<String> origin() throws Malformed {
        return within("origin", 0, MailStyle.LONGEST_ORIGIN).filter(name -> !name.isEmpty());
    }

    Optional<String> language() throws Malformed {
        return within("language", MailStyle.LANGUAGE, MailStyle.LANGUAGE);
    }

    private Optional<String> within(String name, int least, int most) throws Malformed {
        Optional<String> value = parameter(name);
        if (value.filter(it -> it.length() < least || it.length() > most).isPresent()) {
            throw new Malformed(name + " is too short or too long");
        }
        return value;
    }

    private Optional<String> parameter(String name) throws Malformed {
        String asSent = sent.getFirst(name);
        if (asSent != null && !UnicodeText.is(asSent)) {
            throw new Malformed(name + " must be Unicode text without NUL");
        }
        return Optional.ofNullable(parameters.getFirst(name));
    }
}
