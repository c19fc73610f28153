package org.twofactor.keycloak.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.code.RecoveryCode;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.code.TypedCode;
import org.twofactor.keycloak.code.UnicodeText;
import org.twofactor.keycloak.mail.MailAddress;

/**
 * The JSON body of a request, read and checked by ourselves: what Keycloak's own reader refuses it refuses with a body
 * that is not ours, and it takes numbers for strings and megabytes for codes.
 */
final class JsonBody {
    static final int MOST_BYTES = 8 * 1024;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, Secret> fields;

    private JsonBody(Map<String, Secret> fields) {
        this.fields = fields;
    }

    /**
     * A string that the body must have.
     *
     * @param reading what of the text is meant; the bounds are those of what it leaves
     * @param complaint what else is wrong with a value of the right length, as a sentence
     */
    record Field(
            String name,
            UnaryOperator<String> reading,
            Supplier<Bounds> bounds,
            Function<String, Optional<String>> complaint) {
        private static final int SHORTEST_PASSWORD = 8;
        private static final int LONGEST_PASSWORD = 256;

        static Field of(String name, int least, int most) {
            return new Field(name, UnaryOperator.identity(), () -> new Bounds(least, most), value -> Optional.empty());
        }

        /** A code of digits, as people paste it. */
        static Field digits(String name, int least, int most) {
            return digits(name, () -> new Bounds(least, most));
        }

        static Field digits(String name, Supplier<Bounds> bounds) {
            return new Field(
                    name,
                    TypedCode::lettersAndDigits,
                    bounds,
                    value -> TypedCode.isDigits(value)
                            ? Optional.empty()
                            : Optional.of("body/" + name + " must match pattern \"^[0-9]+$\""));
        }

        /** A recovery code, as people paste it. */
        static Field recoveryCode(String name) {
            return new Field(
                    name,
                    TypedCode::lettersAndDigits,
                    () -> new Bounds(RecoveryCode.LENGTH, RecoveryCode.LENGTH),
                    value -> RecoveryCode.isSpelt(value)
                            ? Optional.empty()
                            : Optional.of("body/" + name + " must match pattern \"^[A-HJ-NP-Za-hj-np-z2-9]+$\""));
        }

        /** An address that the realm can send mail to. */
        static Field email(RealmModel realm, String name, int least, int most) {
            return new Field(
                    name,
                    UnaryOperator.identity(),
                    () -> new Bounds(least, most),
                    value -> MailAddress.isDeliverable(realm, value)
                            ? Optional.empty()
                            : Optional.of("Invalid email address"));
        }

        /** The contract's own rules; those of the realm come on top. */
        static Field newPassword(String name) {
            return new Field(
                    name,
                    UnaryOperator.identity(),
                    () -> new Bounds(SHORTEST_PASSWORD, LONGEST_PASSWORD),
                    Field::lacksKindOfCharacter);
        }

        private static Optional<String> lacksKindOfCharacter(String password) {
            if (password.codePoints().noneMatch(Character::isUpperCase)) {
                return Optional.of("Password must contain at least one uppercase character");
            }
            if (password.codePoints().noneMatch(Character::isLowerCase)) {
                return Optional.of("Password must contain at least one lowercase character");
            }
            return password.codePoints().noneMatch(Character::isDigit)
                    ? Optional.of("Password must contain at least one digit")
                    : Optional.empty();
        }
    }

    /** How many characters a field may have. */
    record Bounds(int least, int most) {}

    /** A body that is not as it must be; its message is the sentence of the 400. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String sentence) {
            super(sentence, null, false, false);
        }
    }

    Secret get(String field) {
        return fields.get(field);
    }

    static JsonBody read(KeycloakSession session, InputStream in, Field... expected) throws Malformed {
        JsonNode body = parsed(session.getContext().getHttpRequest().getHttpHeaders(), bytes(in), expected.length == 0);
        if (!body.isObject()) {
            throw new Malformed("body must be object");
        }
        Map<String, Secret> fields = new LinkedHashMap<>();
        for (Field field : expected) {
            fields.put(field.name(), Secret.of(checked(body.get(field.name()), field)));
        }
        return new JsonBody(fields);
    }

    private static String checked(JsonNode value, Field field) throws Malformed {
        if (value == null) {
            throw new Malformed("body must have required property '" + field.name() + "'");
        }
        if (!value.isTextual()) {
            throw new Malformed("body/" + field.name() + " must be string");
        }
        if (!UnicodeText.is(value.textValue())) {
            throw new Malformed("body/" + field.name() + " must be Unicode text without NUL");
        }
        String text = field.reading().apply(value.textValue());
        int length = text.codePointCount(0, text.length());
        Bounds bounds = field.bounds().get();
        if (length < bounds.least()) {
            throw new Malformed(
                    "body/%s must NOT have fewer than %d characters".formatted(field.name(), bounds.least()));
        }
        if (length > bounds.most()) {
            throw new Malformed("body/%s must NOT have more than %d characters".formatted(field.name(), bounds.most()));
        }
        Optional<String> complaint = field.complaint().apply(text);
        if (complaint.isPresent()) {
            throw new Malformed(complaint.get());
        }
        return text;
    }

    private static byte[] bytes(InputStream in) throws Malformed {
        try {
            byte[] bytes = in == null ? new byte[0] : in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new Malformed("body must NOT be larger than 8 KiB");
            }
            return bytes;
        } catch (IOException e) {
            throw new Malformed("body could not be read");
        }
    }

    private static JsonNode parsed(HttpHeaders headers, byte[] bytes, boolean mayBeEmpty) throws Malformed {
        if ((bytes.length > 0 || wasReadBeforeUs(headers)) && !isJson(mediaType(headers))) {
            throw new Malformed("Content-Type must be application/json");
        }
        if (bytes.length == 0) {
            if (mayBeEmpty) {
                return JSON.createObjectNode();
            }
            throw new Malformed("body must be JSON");
        }
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            // Its message may quote the body, and with it a code.
            throw new Malformed("body must be JSON");
        } catch (IOException e) {
            throw new Malformed("body could not be read");
        }
    }

    /** As a form is: of what came, nothing is left in the stream. */
    private static boolean wasReadBeforeUs(HttpHeaders headers) {
        return headers.getLength() > 0 || headers.getHeaderString("Transfer-Encoding") != null;
    }

    /** And nothing that JAX-RS holds to be compatible with it, such as a wildcard. */
    private static boolean isJson(MediaType type) {
        return type != null
                && type.getType().equalsIgnoreCase("application")
                && type.getSubtype().equalsIgnoreCase("json");
    }

    private static MediaType mediaType(HttpHeaders headers) {
        try {
            return headers.getMediaType();
        } catch (RuntimeException e) {
            return null;
        }
    }
}
